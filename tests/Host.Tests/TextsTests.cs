using System.Globalization;
using System.Text.Json;

namespace AvGateway.Host.Tests;

/// <summary>What a terminal shows of the gateway's sentences, in the language of its locale.</summary>
public sealed class TextsTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public void Dispose() => CultureInfo.CurrentUICulture = _before;

    [Theory]
    [InlineData("zh-CN", "设备未应答", "正在开庭", "1.2.3")]
    [InlineData("en-GB", "the device did not answer", "AVG-GUARD-IN-SESSION", "1.2.3")]
    public void A_sentence_comes_in_the_language_of_the_terminal_and_what_a_device_said_as_it_said_it(string locale, string title, string guard, string detail)
    {
        CultureInfo.CurrentUICulture = new(locale);
        var row = JsonElement.Parse("""{"title":"the device did not answer","titleZh":"设备未应答","detail":"1.2.3"}""");

        Assert.Equal(title, Texts.Said(row, "title"));
        Assert.Contains(guard, Texts.Code("AVG-GUARD-IN-SESSION"), StringComparison.Ordinal);
        Assert.Equal(detail, Texts.Said(row, "detail"));
        Assert.Equal("", Texts.Said(row, "remedy"));
    }
}
