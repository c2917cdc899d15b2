# frozen_string_literal: true

module DmpGatewayTestKit
  # Provide Document Bundle.
  class Iti65Group < Inferno::TestGroup
    id :dmp_gateway_iti65
    title 'ITI-65: submission'
    description 'A submission is stored whole, or refused whole with 400 and one OperationOutcome.'

    LIST = 0
    REFERENCE = 1
    BINARY = 2

    # What is done to a good submission to make it a bad one: the sentence, and the change.
    NEGATIVES = {
      submission_set: ['without a submission set', ->(body) { body['entry'].delete_at(LIST) }],
      document_reference: ['without a DocumentReference', ->(body) { body['entry'].delete_at(REFERENCE) }],
      document: ['without its document', ->(body) { body['entry'].delete_at(BINARY) }],
      profile: ['of an unknown profile', ->(body) { body['meta']['profile'] = ['http://example.org/unknown'] }],
      subject: ['whose DocumentReference names no patient', ->(body) { body['entry'][REFERENCE]['resource'].delete('subject') }],
      list_subject: ['whose set names no patient', ->(body) { body['entry'][LIST]['resource'].delete('subject') }],
      patient_link: ['whose patient is unknown',
                     ->(body) { body['entry'][REFERENCE]['resource']['subject'] = { 'reference' => "Patient/#{SecureRandom.uuid}" } }],
      unique_id: ['without uniqueId', ->(body) { body['entry'][REFERENCE]['resource'].delete('masterIdentifier') }],
      type: ['without typeCode', ->(body) { body['entry'][REFERENCE]['resource'].delete('type') }],
      category: ['without classCode', ->(body) { body['entry'][REFERENCE]['resource'].delete('category') }],
      format: ['without formatCode', ->(body) { body['entry'][REFERENCE]['resource']['content'][0].delete('format') }],
      mime_type: ['without a media type',
                  ->(body) { body['entry'][REFERENCE]['resource']['content'][0]['attachment'].delete('contentType') }],
      facility: ['without healthcareFacilityTypeCode',
                 ->(body) { body['entry'][REFERENCE]['resource']['context'].delete('facilityType') }],
      practice: ['without practiceSettingCode',
                 ->(body) { body['entry'][REFERENCE]['resource']['context'].delete('practiceSetting') }],
      source_patient: ['without sourcePatientInfo',
                       ->(body) { body['entry'][REFERENCE]['resource']['context'].delete('sourcePatientInfo') }],
      content_type_code: ['without contentTypeCode', ->(body) { body['entry'][LIST]['resource']['extension'].delete_at(0) }],
      source_id: ['without sourceId', ->(body) { body['entry'][LIST]['resource']['extension'].delete_at(1) }],
      submission_time: ['without submissionTime', ->(body) { body['entry'][LIST]['resource'].delete('date') }],
      hash: ['whose hash is wrong',
             ->(body) { body['entry'][REFERENCE]['resource']['content'][0]['attachment']['hash'] = '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
      size: ['whose size is wrong', ->(body) { body['entry'][REFERENCE]['resource']['content'][0]['attachment']['size'] = 7 }]
    }.freeze

    # What the positive tests do again and again.
    module Submitting
      def submit(body)
        answer = expect_status(200, ask(:professional, :post, '/', body: body)).json
        expect_equal 'transaction-response', answer['type'], 'the type of the answer'
        expect_equal body['entry'].length, answer['entry'].length, 'the number of entries'
        answer['entry'].map { |entry| entry['response'] }
      end

      def id_of(response)
        response['location'].split('/_history').first.split('/').last
      end

      def document(id)
        expect_status(200, ask(:professional, :get, "/DocumentReference/#{id}")).json
      end

      def replacing(id, code = 'replaces')
        fixture.read('submission').tap do |body|
          target = { 'reference' => "DocumentReference/#{id}" }
          body['entry'][REFERENCE]['resource']['relatesTo'] = [{ 'code' => code, 'target' => target }]
        end
      end
    end

    test do
      extend Requirements
      include Exchange
      include Submitting

      id :iti65_single
      title 'A submission is answered entry by entry and reads back'
      covers 'TX-01', 'TX-04', 'RD-01'

      run do
        filed = fixture
        responses = submit(filed.read('submission'))
        responses.each do |response|
          assert response['status'].start_with?('201'), "an entry is #{response['status']}"
          assert response['location'].to_s.start_with?('http'), 'a location is not absolute'
        end
        read = document(id_of(responses[REFERENCE]))
        expect_equal filed.oid, read.dig('masterIdentifier', 'value'), 'the uniqueId'
        url = read.dig('content', 0, 'attachment', 'url')
        expect_equal filed.text, expect_status(200, ask(:professional, :get, url, headers: { 'Accept' => '*/*' })).body, 'the content'
      end
    end

    test do
      extend Requirements
      include Exchange
      include Submitting

      id :iti65_retry
      title 'The same submission sent twice is one document'
      covers 'TX-07', 'TX-14'

      run do
        filed = fixture
        body = filed.read('submission')
        first = submit(body)
        second = submit(body)
        expect_equal first[REFERENCE]['location'], second[REFERENCE]['location'], 'the location'
        expect_equal 1, total(:professional, filed), 'the total'
      end
    end

    test do
      extend Requirements
      include Exchange
      include Submitting

      id :iti65_replace
      title 'A replacement supersedes what it replaces, once'
      covers 'TX-08'

      run do
        old = id_of(submit(fixture.read('submission'))[REFERENCE])
        new = id_of(submit(replacing(old))[REFERENCE])
        expect_equal 'superseded', document(old)['status'], 'the status of the old document'
        expect_equal 'current', document(new)['status'], 'the status of the new document'
        expect_outcome 400, ask(:professional, :post, '/', body: replacing(old))
      end
    end

    %w[appends transforms].each do |code|
      test do
        extend Requirements
        include Exchange
        include Submitting

        id :"iti65_#{code}"
        title "A document that #{code} another leaves it current"
        covers 'TX-09'

        run do
          old = id_of(submit(fixture.read('submission'))[REFERENCE])
          new = id_of(submit(replacing(old, code))[REFERENCE])
          expect_equal 'current', document(old)['status'], 'the status of the other document'
          expect_equal code, document(new).dig('relatesTo', 0, 'code'), 'the relation'
        end
      end
    end

    NEGATIVES.each do |name, (what, change)|
      test do
        extend Requirements
        include Exchange

        id :"iti65_no_#{name}"
        title "A submission #{what} is refused whole, and nothing is stored"
        covers 'TX-02', 'TX-10', 'ER-01'

        run do
          filed = fixture
          body = filed.read('submission').tap(&change)
          expect_outcome 400, ask(:professional, :post, '/', body: body)
          expect_equal 0, total(:professional, filed), 'the total'
        end
      end
    end
  end
end
