using System.Text;
using System.Text.Json;

namespace Pipeline.Contracts.Tests;

/// <summary>The vectors are those of RFC 8785: section 3.2 and appendix B.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_RFC_s_sample_has_the_RFC_s_form()
    {
        Canonical(
            """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """).ShouldBe(
                """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
    }

    [Fact]
    public void Members_are_sorted_by_UTF_16_code_units()
    {
        Canonical("""{"\u20ac":5,"\r":1,"\ufb33":7,"1":2,"\ud83d\ude00":6,"\u0080":3,"\u00f6":4}""")
            .ShouldBe("{\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"€\":5,\"😀\":6,\"\ufb33\":7}");
    }

    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Numbers_have_the_RFC_s_form(ulong bits, string text) =>
        Encoding.UTF8.GetString(CanonicalJson.Serialize(BitConverter.UInt64BitsToDouble(bits))).ShouldBe(text);

    [Fact]
    public void Numbers_read_back_as_they_were()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value)) continue;
            JsonSerializer.Deserialize<double>(CanonicalJson.Serialize(value)).ShouldBe(value);
        }
    }

    [Fact]
    public void A_single_precision_number_keeps_its_own_shortest_form() =>
        Encoding.UTF8.GetString(CanonicalJson.Serialize(new[] { 0.1f, -2.3456789f, -3.4e-5f, 16777216f }))
            .ShouldBe("[0.1,-2.3456788,-0.000034,16777216]");

    [Fact]
    public void Only_what_must_be_escaped_is() =>
        Encoding.UTF8.GetString(CanonicalJson.Serialize("<a href='x'>&\u007f\u2028\b\f\t\u0001/"))
            .ShouldBe("\"<a href='x'>&\u007f\u2028\\b\\f\\t\\u0001/\"");

    [Theory]
    [InlineData("[9007199254740993]")]
    [InlineData("[-9007199254740993]")]
    [InlineData("[1e400]")]
    [InlineData("""{"a":1,"a":2}""")]
    public void What_would_be_read_differently_elsewhere_is_an_error(string json) => Should.Throw<JsonException>(() => Canonical(json));

    [Fact]
    public void Not_a_number_is_an_error() => Should.Throw<Exception>(() => CanonicalJson.Serialize(double.NaN));

    [Fact]
    public void White_space_and_the_order_of_members_do_not_change_the_bytes() =>
        Canonical(""" { "b" : [ 1.0 , { } ] , "a" : { "d" : 1, "c" : [ ] } } """).ShouldBe("""{"a":{"c":[],"d":1},"b":[1,{}]}""");

    static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement));
    }
}
