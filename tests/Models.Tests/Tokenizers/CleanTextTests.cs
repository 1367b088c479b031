using Pipeline.Models.Tokenizers;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>CLIP's cleaning; the expectations are Python's html.unescape and str.lower.</summary>
public sealed class CleanTextTests
{
    [Theory]
    [InlineData("cats &amp; dogs &lt;b&gt;", "cats & dogs <b>")]
    [InlineData("&amp no semicolon, &notit; longest beginning", "& no semicolon, ¬it; longest beginning")]
    [InlineData("&nosuchname; &; & &#; &#x;", "&nosuchname; &; & &#; &#x;")]
    [InlineData("&hellip;&star;&NotEqualTilde;", "…☆≂̸")]
    [InlineData("&#39;&#x41;&#X42;&#x1F600;", "'AB\U0001f600")]
    [InlineData("&#151;&#x80;&#0;&#xd800;&#1114112;&#99999999999;", "—€\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("a&#1;b&#xfffe;c&#xfdd0;d&#13;e", "abcd\re")]
    public void Html_s_references_are_replaced(string text, string expected) => HtmlText.Unescape(text).ShouldBe(expected);

    [Theory]
    [InlineData("ÀÉ \U00010400", "àé \U00010428")]
    [InlineData("İ", "i\u0307")]
    [InlineData("ΣΤΑΣ ΟΔΟΣ, Σ", "στας οδος, σ")]
    [InlineData("ΑΣ' ΑΣ.Α", "ας' ασ.α")]
    [InlineData("\u1e9e\u2126\u212a", "ßωk")]
    public void Lower_case_is_Unicode_s_full_mapping(string text, string expected) => LowerCase.Of(text).ShouldBe(expected);

    [Fact]
    public void References_are_replaced_twice_and_white_space_is_collapsed() =>
        ClipWords.Clean(" &amp;amp;\n\tX\u00a0\u3000y&#32; ").ShouldBe("& x y");
}
