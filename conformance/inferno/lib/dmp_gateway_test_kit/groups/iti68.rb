# frozen_string_literal: true

require 'base64'

module DmpGatewayTestKit
  # Retrieve Document.
  class Iti68Group < Inferno::TestGroup
    id :dmp_gateway_iti68
    title 'ITI-68: content'
    description 'Content comes in its own bytes, or as a Binary where FHIR is asked for by name.'

    test do
      extend Requirements
      include Exchange

      id :iti68_formats
      title 'Content comes as it went in, as a Binary on request, and not as anything else'
      covers 'RD-01', 'CN-11'

      run do
        document = fixture
        url = publish(document).json.dig('content', 0, 'attachment', 'url')
        plain = expect_status(200, ask(:professional, :get, url, headers: { 'Accept' => 'text/plain' }))
        expect_equal document.text, plain.body, 'the bytes'
        binary = expect_status(200, ask(:professional, :get, url)).json
        expect_equal 'Binary', binary['resourceType'], 'the resource'
        expect_equal document.text, Base64.strict_decode64(binary['data']).force_encoding('UTF-8'), 'the data'
        expect_outcome 406, ask(:professional, :get, url, headers: { 'Accept' => 'application/pdf' })
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti68_judged
      title 'An address is judged anew for each caller'
      covers 'RD-02'

      run do
        url = publish(fixture).json.dig('content', 0, 'attachment', 'url')
        nowhere = expect_outcome(404, ask(:outsider, :get, "/Binary/#{SecureRandom.uuid}"))
        refused = expect_outcome(404, ask(:outsider, :get, url))
        expect_equal nowhere.body, refused.body, 'the answer to who may not know of the document'
      end
    end
  end
end
