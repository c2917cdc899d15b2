# frozen_string_literal: true

module DmpGatewayTestKit
  # Changes of metadata (PDSm flux 03, TD3.3).
  class PatchGroup < Inferno::TestGroup
    id :dmp_gateway_patch
    title 'Changes of metadata'
    description 'Status, labels and the archived flag are patched, and nothing else.'

    MASK = { 'coding' => [{ 'system' => Exchange::VISIBILITY, 'code' => 'MASQUE_PS' }] }.freeze
    MASKING = [{ op: 'add', path: '/securityLabel/0', value: MASK }].freeze
    SUPERSEDING = [{ op: 'replace', path: '/status', value: 'superseded' }].freeze

    test do
      extend Requirements
      include Exchange

      id :patch_mask
      title 'The author masks a document and opens it again, with effect at once'
      covers 'CR-06', 'RV-01'

      run do
        document = fixture
        id = publish(document).json['id']
        expect_equal 1, total(:member, document), 'the total of the team before'
        masked = expect_status(200, patch(:professional, "/DocumentReference/#{id}", MASKING))
        expect_equal '2', masked.json.dig('meta', 'versionId'), 'the version'
        expect_equal 0, total(:member, document), 'the total of the team'
        expect_outcome 404, ask(:member, :get, "/DocumentReference/#{id}")
        opening = [{ op: 'remove', path: '/securityLabel/0' }]
        expect_status 200, patch(:professional, "/DocumentReference/#{id}", opening, 'If-Match' => 'W/"2"')
        expect_equal 1, total(:member, document), 'the total of the team after'
      end
    end

    test do
      extend Requirements
      include Exchange

      id :patch_conditional
      title 'A patch by business identifier is 404 without a match and 200 with one'
      covers 'CR-08'

      run do
        document = fixture
        path = "/DocumentReference?#{by_unique_id(document).delete_prefix('&')}&#{patient}"
        expect_outcome 404, patch(:professional, path, SUPERSEDING)
        publish(document)
        patched = expect_status(200, patch(:professional, path, SUPERSEDING))
        expect_equal 'superseded', patched.json['status'], 'the status'
      end
    end

    {
      other_element: ['of another element is 405', [{ op: 'replace', path: '/description', value: 'x' }], 405, {}],
      stale: ['with a stale If-Match is 412', SUPERSEDING, 412, { 'If-Match' => 'W/"7"' }],
      test_fails: ['whose test fails is 422', [{ op: 'test', path: '/status', value: 'superseded' }, *SUPERSEDING], 422, {}],
      malformed: ['that is no JSON is 400', '[{', 400, {}],
      media_type: ['of another media type is 415', 'x', 415, { 'Content-Type' => 'text/plain' }]
    }.each do |name, (what, operations, status, more)|
      test do
        extend Requirements
        include Exchange

        id :"patch_#{name}"
        title "A patch #{what}, and nothing changes"
        covers 'CR-06', 'RV-05', 'CN-06'

        run do
          id = publish(fixture).json['id']
          expect_outcome status, patch(:professional, "/DocumentReference/#{id}", operations, more)
          read = expect_status(200, ask(:professional, :get, "/DocumentReference/#{id}")).json
          expect_equal '1', read.dig('meta', 'versionId'), 'the version'
        end
      end
    end
  end
end
