# frozen_string_literal: true

# Kits tell of themselves since a later 0.5 of inferno_core; older ones do not ask.
if defined?(Inferno::Entities::TestKit)
  module DmpGatewayTestKit
    # What this kit is.
    class Metadata < Inferno::Entities::TestKit
      id :dmp_gateway_test_kit
      title 'DMP gateway'
      description 'Tests of a FHIR R4 gateway to the French shared medical record: mutual TLS, IHE MHD by PDSm, ' \
                  'metadata patches, consents, access log.'
      suite_ids [:dmp_gateway]
      tags ['DMP', 'PDSm', 'MHD']
      version VERSION
      maturity 'Low'
      authors ['the dmp-gateway authors']
    end
  end
end
