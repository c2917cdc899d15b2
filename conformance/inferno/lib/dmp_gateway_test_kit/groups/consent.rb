# frozen_string_literal: true

module DmpGatewayTestKit
  # Access Consent (PCF ITI-108). Each test puts back what it changed.
  class ConsentGroup < Inferno::TestGroup
    id :dmp_gateway_consent
    title 'Consents'
    description 'Consents open and close the record on the very next request; versions stay and nothing is deleted.'

    # What the tests do again and again.
    module Consenting
      def own
        fixture(kind: 'professional', profile: 'professional', grantee: outsider_idnat, collector: outsider_idnat).read('consent')
      end

      def withdraw(role, consent, version = 1)
        changed = consent.merge('status' => 'inactive')
        expect_status 200, ask(role, :put, "/Consent/#{consent['id']}", body: changed, headers: { 'If-Match' => "W/\"#{version}\"" })
      end
    end

    test do
      extend Requirements
      include Exchange
      include Consenting

      id :consent_own
      title "A professional's own consent opens the record, and its withdrawal by the holder closes it"
      covers 'CO-01', 'CO-04'

      run do
        expect_outcome 403, ask(:outsider, :get, documents)
        made = expect_status(201, ask(:outsider, :post, '/Consent', body: own)).json
        begin
          expect_status 200, ask(:outsider, :get, documents)
        ensure
          withdraw(:holder, made)
        end
        expect_outcome 403, ask(:outsider, :get, documents)
        version = expect_status(200, ask(:holder, :get, "/Consent/#{made['id']}/_history/1")).json
        expect_equal 'active', version['status'], 'the status of the first version'
      end
    end

    test do
      extend Requirements
      include Exchange
      include Consenting

      id :consent_delete
      title 'A consent is not deleted'
      covers 'RV-08', 'CO-01'

      run do
        made = expect_status(201, ask(:outsider, :post, '/Consent', body: own)).json
        begin
          expect_outcome 405, ask(:holder, :delete, "/Consent/#{made['id']}")
        ensure
          withdraw(:holder, made)
        end
      end
    end

    test do
      extend Requirements
      include Exchange
      include Consenting

      id :consent_block
      title 'Whom the holder forbids is refused at once and never learns of it'
      covers 'CO-01', 'ER-05'

      run do
        body = fixture(kind: 'block', profile: 'block', grantee: outsider_idnat).read('consent-block')
        opened = expect_status(201, ask(:outsider, :post, '/Consent', body: own)).json
        begin
          expect_status 200, ask(:outsider, :get, documents)
          block = expect_status(201, ask(:holder, :post, '/Consent', body: body)).json
          begin
            expect_outcome 403, ask(:outsider, :get, documents)
            expect_outcome 404, ask(:outsider, :get, "/Consent/#{block['id']}")
          ensure
            withdraw(:holder, block)
          end
          expect_status 200, ask(:outsider, :get, documents)
        ensure
          withdraw(:holder, opened)
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :consent_reserved
      title 'A professional forbids nobody the record'
      covers 'CO-01'

      run do
        body = fixture(kind: 'block', profile: 'block', grantee: outsider_idnat).read('consent-block')
        expect_outcome 403, ask(:professional, :post, '/Consent', body: body)
      end
    end

    test do
      extend Requirements
      include Exchange
      include Consenting

      id :consent_ignored
      title 'What a provision says and the gateway cannot apply is refused, not ignored'
      covers 'CO-02'

      run do
        body = own.tap { |consent| consent['provision']['provision'] = [{ 'type' => 'deny' }] }
        expect_outcome [403, 422], ask(:outsider, :post, '/Consent', body: body)
        expect_outcome 403, ask(:outsider, :get, documents)
      end
    end
  end
end
