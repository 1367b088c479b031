using Pipeline.Models.Tokenizers;

namespace Pipeline.Captioner;

/// <summary>A caption's tokens as text that every store and every reward can hold.</summary>
public static class CaptionText
{
    /// <summary>
    /// The text without special tokens. A policy may write the byte 0, which PostgreSQL's JSON cannot hold: it becomes U+FFFD, like bytes that are
    /// no UTF-8. What is learned from are the token ids, which stay exact.
    /// </summary>
    public static string Of(Gpt2Tokenizer tokenizer, IEnumerable<int> tokenIds) => tokenizer.Decode(tokenIds).Replace('\0', '\uFFFD');
}
