# frozen_string_literal: true

require 'faraday'
require 'json'
require 'uri'

require_relative 'credentials'
require_relative 'fixtures'

module DmpGatewayTestKit
  # Requests over mutual TLS with a client of the kit's own, so that Inferno's core needs no patch, and what answers are held to.
  # It is included in every test; the names are none of Inferno's.
  module Exchange
    FHIR_JSON = 'application/fhir+json'
    JSON_PATCH = 'application/json-patch+json'
    IDENTIFIER = 'urn:ietf:rfc:3986'
    VISIBILITY = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument'
    PATIENCE = 30

    # An answer.
    Answer = Struct.new(:status, :headers, :body) do
      def json
        @json ||= JSON.parse(body)
      rescue JSON::ParserError
        @json = {}
      end

      def header(name)
        headers[name].to_s
      end
    end

    # Sends a request as one of the roles; `nil` is nobody, without a certificate.
    def ask(role, method, path, body: nil, headers: {})
      address = path.start_with?('https://') ? path : "#{gateway_url.chomp('/')}#{path}"
      headers = { 'Accept' => FHIR_JSON }.merge(headers)
      headers['Authorization'] ||= "Bearer #{Credentials.token(holder_token)}" if role == :holder
      headers['Content-Type'] ||= FHIR_JSON if body
      body = JSON.generate(body) unless body.nil? || body.is_a?(String)
      response = connection(role).run_request(method, address, body, headers)
      Answer.new(response.status, response.headers, response.body.to_s.dup.force_encoding('UTF-8'))
    end

    # Whether the gateway refuses who calls so: by a TLS alert, or by 401 or 403. A connection that merely breaks is no refusal.
    def refusal(role)
      answer = ask(role, :get, '/metadata')
      return nil if [401, 403].include?(answer.status)

      "it was answered #{answer.status}"
    rescue Faraday::SSLError, OpenSSL::SSL::SSLError
      nil
    rescue Faraday::ConnectionFailed => e
      alert?(e) ? nil : "the connection broke without a TLS alert: #{e.message}"
    end

    def alert?(error)
      while error
        return true if error.is_a?(OpenSSL::SSL::SSLError) || error.message.include?('alert')

        error = error.cause
      end
      false
    end

    def connection(role)
      ssl = { cert_store: Credentials.store(ca_pem), verify: true }
      if role
        ssl[:client_cert] = Credentials.certificate(public_send(:"#{role}_cert"))
        ssl[:client_key] = Credentials.key(public_send(:"#{role}_key"))
      end
      # A parameter may stand twice in an address: the nested encoder would keep the last alone.
      request = { timeout: PATIENCE, params_encoder: Faraday::FlatParamsEncoder }
      Faraday.new(ssl: ssl, request: request) { |made| made.adapter :net_http }
    end

    # Whether the certificate of a role is given.
    def role?(role)
      [public_send(:"#{role}_cert"), public_send(:"#{role}_key")].none? { |pem| pem.to_s.empty? }
    end

    # Bodies for the holder and the professional of the inputs.
    def fixture(more = {})
      Fixture.new({ ins: ins, ins_system: ins_system, author: ps_idnat, structure: struct_idnat }.merge(more))
    end

    def patient
      "patient.identifier=#{URI.encode_www_form_component("#{ins_system}|#{ins}")}"
    end

    def documents(more = '')
      "/DocumentReference?#{patient}&status=current#{more}"
    end

    def by_unique_id(fixture)
      "&identifier=#{URI.encode_www_form_component("#{IDENTIFIER}|#{fixture.oid}")}"
    end

    # Files a document as the professional; the answer, its status checked.
    def publish(fixture, role = :professional)
      expect_status 201, ask(role, :post, '/DocumentReference', body: fixture.read('simplified'))
    end

    def patch(role, path, operations, headers = {})
      ask(role, :patch, path, body: operations, headers: { 'Content-Type' => JSON_PATCH }.merge(headers))
    end

    # The answer, where its status is one of these.
    def expect_status(expected, answer)
      told = answer.json.fetch('issue', []).map { |issue| "#{issue['code']} #{issue['diagnostics']}" }.join('; ')
      assert Array(expected).include?(answer.status), "expected #{Array(expected).join(' or ')}, got #{answer.status}: #{told}"
      answer
    end

    # The answer, where it is one OperationOutcome with an error and one of these statuses.
    def expect_outcome(expected, answer)
      expect_status(expected, answer)
      body = answer.json
      assert body['resourceType'] == 'OperationOutcome', "the body is no OperationOutcome but #{body['resourceType'].inspect}"
      severities = body.fetch('issue', []).map { |issue| issue['severity'] }
      assert severities.intersect?(%w[error fatal]), 'no issue of the OperationOutcome is an error'
      assert !answer.body.include?(ins), 'the OperationOutcome names the patient'
      answer
    end

    def expect_equal(expected, got, what)
      assert expected == got, "#{what}: expected #{expected.inspect}, got #{got.inspect}"
    end

    # How many documents of that uniqueId the role is told of.
    def total(role, fixture)
      expect_status(200, ask(role, :get, documents(by_unique_id(fixture)))).json['total']
    end
  end
end
