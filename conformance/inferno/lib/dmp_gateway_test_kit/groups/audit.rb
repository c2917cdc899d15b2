# frozen_string_literal: true

module DmpGatewayTestKit
  # Retrieve ATNA Audit Event (ITI-81).
  class AuditGroup < Inferno::TestGroup
    id :dmp_gateway_audit
    title 'Access log'
    description 'Each request leaves an event, which those may read whom the law lets.'

    # What the tests do again and again.
    module Tracing
      def traces(more = '')
        from, to = [-3600, 3600].map { |seconds| (Time.now.utc + seconds).strftime('%Y-%m-%dT%H:%M:%SZ') }
        "/AuditEvent?#{patient}&date=ge#{from}&date=le#{to}#{more}"
      end

      # Asks without a number, and gives that of the answer: it is the id of the event.
      def traced(role, path)
        answer = ask(role, :get, path)
        yield answer
        answer.header('X-Request-Id')
      end
    end

    test do
      extend Requirements
      include Exchange
      include Tracing

      id :audit_search
      title 'A search leaves an event that tells who asked for whose record'
      covers 'AU-01', 'AU-02', 'AU-03'

      run do
        number = traced(:professional, documents) { |answer| expect_status 200, answer }
        event = expect_status(200, ask(:holder, :get, "/AuditEvent/#{number}")).json
        expect_equal 'E', event['action'], 'the action'
        assert event['subtype'].any? { |one| one['code'] == 'ITI-67' }, 'the event does not tell ITI-67'
        who = event['agent'].map { |agent| agent.dig('who', 'identifier', 'value') }
        assert who.include?(ps_idnat), 'the event does not tell who asked'
        assert event['entity'].any? { |entity| entity['query'] }, 'the event does not tell the request'
      end
    end

    test do
      extend Requirements
      include Exchange
      include Tracing

      id :audit_refusal
      title 'A refusal leaves an event too'
      covers 'AU-06'

      run do
        number = traced(:outsider, documents) { |answer| expect_outcome 403, answer }
        event = expect_status(200, ask(:holder, :get, "/AuditEvent/#{number}")).json
        assert event['outcome'] != '0', 'the refusal is told as a success'
      end
    end

    test do
      extend Requirements
      include Exchange
      include Tracing

      id :audit_bounds
      title 'A search of events without both dates is 400'
      covers 'SE-17'

      run do
        expect_outcome 400, ask(:professional, :get, "/AuditEvent?#{patient}")
        expect_outcome 400, ask(:professional, :get, "/AuditEvent?#{patient}&date=ge2026-01-01")
      end
    end

    test do
      extend Requirements
      include Exchange
      include Tracing

      id :audit_own
      title 'A member of the team reads the events of their own acts alone'
      covers 'AU-08'

      run do
        other = traced(:professional, documents) { |answer| expect_status 200, answer }
        own = traced(:member, documents) { |answer| expect_status 200, answer }
        found = expect_status(200, ask(:member, :get, traces('&_count=200'))).json
        ids = found['entry'].to_a.map { |entry| entry['resource']['id'] }
        assert ids.include?(own), 'the own act is missing'
        assert !ids.include?(other), "another's act is told"
        expect_outcome 404, ask(:member, :get, "/AuditEvent/#{other}")
      end
    end

    test do
      extend Requirements
      include Exchange
      include Tracing

      id :audit_immutable
      title 'Events are neither changed nor deleted'
      covers 'AU-08', 'RV-08'

      run do
        number = traced(:professional, documents) { |answer| expect_status 200, answer }
        expect_outcome 405, ask(:holder, :delete, "/AuditEvent/#{number}")
        expect_outcome 405, ask(:holder, :put, "/AuditEvent/#{number}", body: { 'resourceType' => 'AuditEvent' })
      end
    end
  end
end
