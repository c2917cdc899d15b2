# frozen_string_literal: true

module DmpGatewayTestKit
  # Simplified Publish.
  class Iti105Group < Inferno::TestGroup
    id :dmp_gateway_iti105
    title 'ITI-105: simplified publication'
    description 'One document is published with its data inside.'

    test do
      extend Requirements
      include Exchange

      id :iti105_publish
      title 'A document is published and retrieved, byte for byte'
      covers 'TX-15', 'CR-01', 'RD-01'

      run do
        document = fixture
        answer = publish(document)
        assert answer.header('location').include?('/DocumentReference/'), 'no Location'
        attachment = answer.json.dig('content', 0, 'attachment')
        assert attachment['data'].nil?, 'the data are still there'
        expect_equal document.sha1, attachment['hash'], 'the hash'
        content = expect_status(200, ask(:professional, :get, attachment['url'], headers: { 'Accept' => '*/*' }))
        expect_equal document.text, content.body, 'the content'
      end
    end

    test do
      extend Requirements
      include Exchange

      id :iti105_retry
      title 'The same publication sent twice is one document'
      covers 'TX-07'

      run do
        document = fixture
        first = publish(document)
        second = expect_status([200, 201], ask(:professional, :post, '/DocumentReference', body: document.read('simplified')))
        expect_equal first.json['id'], second.json['id'], 'the id'
        expect_equal 1, total(:professional, document), 'the total'
      end
    end

    {
      data: ['without data', ->(body) { body['content'][0]['attachment'].delete('data') }],
      subject: ['without a patient', ->(body) { body.delete('subject') }],
      author: ['without an author', ->(body) { body.delete('author') }],
      unique_id: ['without uniqueId', ->(body) { body.delete('masterIdentifier') }],
      hash: ['whose hash is wrong', ->(body) { body['content'][0]['attachment']['hash'] = '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }]
    }.each do |name, (what, change)|
      test do
        extend Requirements
        include Exchange

        id :"iti105_no_#{name}"
        title "A publication #{what} is refused, and nothing is stored"
        covers 'CR-04', 'ER-01'

        run do
          document = fixture
          body = document.read('simplified').tap(&change)
          expect_outcome [400, 422], ask(:professional, :post, '/DocumentReference', body: body)
          expect_equal 0, total(:professional, document), 'the total'
        end
      end
    end
  end
end
