# frozen_string_literal: true

module DmpGatewayTestKit
  # The five cases of mutual TLS: valid, wrong common name, wrong organisational unit, revoked, none.
  class MtlsGroup < Inferno::TestGroup
    id :dmp_gateway_mtls
    title 'Mutual TLS'
    description 'Who has a good certificate is let in; everyone else is refused by a TLS alert, by 401 or by 403.'

    test do
      extend Requirements
      include Exchange

      id :mtls_valid
      title 'A valid certificate is let in'
      covers 'TL-02'

      run do
        expect_status 200, ask(:professional, :get, '/metadata')
        expect_status 200, ask(:professional, :get, documents)
      end
    end

    {
      bad_cn: ['A certificate with a wrong common name is refused', 'TL-03'],
      bad_ou: ['A certificate with a wrong organisational unit is refused', 'TL-03'],
      revoked: ['A revoked certificate is refused', 'TL-02']
    }.each do |role, (sentence, requirement)|
      test do
        extend Requirements
        include Exchange

        id :"mtls_#{role}"
        title sentence
        covers requirement

        run do
          skip 'No such certificate is given.' unless role?(role)
          why_not = refusal(role)
          assert why_not.nil?, "the caller was not refused: #{why_not}"
        end
      end
    end

    test do
      extend Requirements
      include Exchange

      id :mtls_none
      title 'Who has no certificate is refused'
      covers 'TL-02'

      run do
        why_not = refusal(nil)
        assert why_not.nil?, "the caller was not refused: #{why_not}"
      end
    end

    test do
      extend Requirements
      include Exchange

      id :mtls_headers
      title 'No header makes another caller of who calls'
      covers 'TL-05'

      run do
        forged = { 'X-SSL-Client-S-DN' => "CN=#{ps_idnat}", 'X-Forwarded-User' => ps_idnat,
                   'Authorization' => "Bearer #{ps_idnat}" }
        expect_outcome [401, 403], ask(:outsider, :get, documents, headers: forged)
      end
    end
  end
end
