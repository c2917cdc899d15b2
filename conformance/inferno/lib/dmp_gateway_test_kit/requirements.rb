# frozen_string_literal: true

module DmpGatewayTestKit
  # Names the requirements of a test where core knows of them (inferno_core since 0.6).
  module Requirements
    SET = 'dmp_gateway_http'

    def covers(*ids)
      return unless respond_to?(:verifies_requirements)

      verifies_requirements(*ids.map { |id| "#{SET}@#{id}" })
    end
  end
end
