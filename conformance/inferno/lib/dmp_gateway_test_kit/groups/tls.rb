# frozen_string_literal: true

require 'openssl'
require 'socket'

module DmpGatewayTestKit
  # Which versions of TLS are spoken. Every handshake presents a good certificate, so that a refusal is one of the version.
  class TlsGroup < Inferno::TestGroup
    id :dmp_gateway_tls
    title 'TLS'
    description 'TLS 1.2 and 1.3 are spoken, and nothing older.'

    # What a handshake of exactly that version came to.
    module Handshake
      def handshake(version)
        address = URI(gateway_url)
        socket = TCPSocket.new(address.host, address.port, connect_timeout: Exchange::PATIENCE)
        secure = OpenSSL::SSL::SSLSocket.new(socket, context(version)).tap { |made| made.sync_close = true }
        secure.connect
        secure.ssl_version
      rescue OpenSSL::SSL::SSLError, Errno::ECONNRESET, EOFError => e
        e
      ensure
        secure ? secure.close : socket&.close
      end

      def context(version)
        OpenSSL::SSL::SSLContext.new.tap do |made|
          made.min_version = made.max_version = version
          made.security_level = 0
          made.verify_mode = OpenSSL::SSL::VERIFY_PEER
          made.cert_store = Credentials.store(ca_pem)
          made.cert = Credentials.certificate(professional_cert)
          made.key = Credentials.key(professional_key)
        end
      end
    end

    { '1.2' => OpenSSL::SSL::TLS1_2_VERSION, '1.3' => OpenSSL::SSL::TLS1_3_VERSION }.each do |name, version|
      test do
        extend Requirements
        include Exchange
        include Handshake

        id :"tls_#{name.tr('.', '_')}"
        title "TLS #{name} is spoken"
        covers 'TL-01'

        run do
          spoken = handshake(version)
          assert spoken == "TLSv#{name}", "TLS #{name} is not spoken: #{spoken}"
        end
      end
    end

    { '1.0' => OpenSSL::SSL::TLS1_VERSION, '1.1' => OpenSSL::SSL::TLS1_1_VERSION }.each do |name, version|
      test do
        extend Requirements
        include Exchange
        include Handshake

        id :"tls_#{name.tr('.', '_')}"
        title "TLS #{name} is refused"
        covers 'TL-01'

        run do
          spoken = handshake(version)
          assert spoken.is_a?(StandardError), "TLS #{name} is spoken: #{spoken}"
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :tls_clear_text
      title 'Clear text is not answered'
      covers 'TL-01'

      run do
        address = URI(gateway_url)
        told = Socket.tcp(address.host, address.port, connect_timeout: Exchange::PATIENCE) do |socket|
          socket.write("GET #{address.path}/metadata HTTP/1.1\r\nHost: #{address.host}\r\n\r\n")
          socket.wait_readable(Exchange::PATIENCE) ? socket.readpartial(64) : ''
        rescue EOFError, Errno::ECONNRESET
          ''
        end
        assert !told.start_with?('HTTP/'), 'clear text is answered in clear text'
      end
    end
  end
end
