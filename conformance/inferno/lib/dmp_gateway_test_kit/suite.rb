# frozen_string_literal: true

# A group names no requirement where core is too old to know of them.
require_relative 'exchange'
require_relative 'requirements'
Dir[File.join(__dir__, 'groups', '*.rb')].sort.each { |path| require_relative path }

module DmpGatewayTestKit
  # All groups, against one gateway.
  class Suite < Inferno::TestSuite
    id :dmp_gateway
    title 'DMP gateway'
    description 'A FHIR R4 gateway to the French shared medical record, over mutual TLS. Certificates and keys are PEM texts ' \
                'or paths of PEM files; all identities are of the national test ranges.'

    input :gateway_url, title: 'FHIR base', description: 'Such as https://dmp.example/fhir'
    input :ca_pem, type: 'textarea', title: "Authority of the server's certificate"
    input :ins_system, title: 'System of the INS', default: 'urn:oid:1.2.250.1.213.1.4.10'
    input :ins, title: 'Matricule of a holder with an open record'
    input :ps_idnat, title: 'PS_IdNat of the professional'
    input :struct_idnat, title: 'Struct_IdNat of the professional'
    input :outsider_idnat, title: 'PS_IdNat of the professional without consent'

    {
      professional: 'a professional with the rights of the treating physician',
      member: 'a nurse or another member of the care team',
      outsider: 'a professional without consent',
      holder: "the holder's front end (ENS)"
    }.each do |role, who|
      input :"#{role}_cert", type: 'textarea', title: "Certificate of #{who}"
      input :"#{role}_key", type: 'textarea', title: "Key of #{who}"
    end

    input :holder_token, type: 'textarea',
                         title: "Token of the holder, bound to the front end's certificate (a JWT, or the path of its file)"

    {
      bad_cn: 'a certificate whose common name is not known',
      bad_ou: 'a certificate whose organisational unit is not known',
      revoked: 'a revoked certificate'
    }.each do |role, what|
      input :"#{role}_cert", type: 'textarea', optional: true, title: "Certificate: #{what}"
      input :"#{role}_key", type: 'textarea', optional: true, title: "Key of #{what}"
    end

    %i[tls mtls capability iti105 iti65 iti66 iti67 iti68 patch consent audit].each do |name|
      group from: :"dmp_gateway_#{name}"
    end
  end
end
