# frozen_string_literal: true

require 'openssl'

module DmpGatewayTestKit
  # Certificates and keys, each given as PEM text or as the path of a PEM file.
  module Credentials
    module_function

    # The text of a PEM.
    def pem(given)
      given.include?('-----BEGIN') ? given : File.read(given)
    end

    # A token.
    def token(given)
      (File.file?(given) ? File.read(given) : given).strip
    end

    # The leaf of a chain.
    def certificate(given)
      OpenSSL::X509::Certificate.new(pem(given))
    end

    # A private key.
    def key(given)
      OpenSSL::PKey.read(pem(given))
    end

    # A store that trusts those authorities and no others.
    def store(given)
      pem(given).scan(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/m)
                .each_with_object(OpenSSL::X509::Store.new) do |text, store|
        store.add_cert(OpenSSL::X509::Certificate.new(text))
      end
    end
  end
end
