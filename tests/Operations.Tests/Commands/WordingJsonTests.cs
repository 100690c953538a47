using System.Text;
using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Tests.Commands;

/// <summary>A text in both languages as it is kept over a restart and as a topic shows it.</summary>
public sealed class WordingJsonTests
{
    private static readonly Fault Seen = new("F-2026-000001", "probe.silent:web", "court-1/recorder", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("5 秒内无应答", "no answer within 5 s")]
    [InlineData("ERR3", "ERR3")]
    public void A_detail_comes_back_as_it_was_said(string zh, string en)
    {
        var fault = Seen with { Detail = new(zh, en) };

        Assert.Equal(fault.Detail, FaultJson.Read(FaultJson.Write(fault)).Detail);
    }

    [Fact]
    public void What_an_earlier_version_kept_in_one_language_is_read_as_it_was_said_then()
    {
        var kept = FaultJson.Write(Seen with { Detail = Wording.Own("no-reply") });
        Assert.Contains("\"Detail\":\"no-reply\"", kept, StringComparison.Ordinal);

        Assert.Equal(Wording.Own("no-reply"), FaultJson.Read(kept).Detail);
        Assert.Null(FaultJson.Read(FaultJson.Write(Seen)).Detail);
    }

    [Theory]
    [InlineData("""{"zh":"无应答"}""")]
    [InlineData("""{"zh":"无应答","en":"silent","fr":"muet"}""")]
    [InlineData("5")]
    public void A_damaged_text_is_refused(string detail)
    {
        var kept = FaultJson.Write(Seen with { Detail = Wording.Own("x") }).Replace("\"Detail\":\"x\"", $"\"Detail\":{detail}", StringComparison.Ordinal);

        Assert.Throws<JsonException>(() => FaultJson.Read(kept));
    }

    [Theory]
    [InlineData("无应答", "it does not answer", """{"text":"it does not answer","textZh":"无应答"}""")]
    [InlineData("ERR3", "ERR3", """{"text":"ERR3"}""")]
    public void The_english_stays_where_it_was_and_what_a_device_said_stands_once(string zh, string en, string shown)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        payload.Json.WriteSaid("text", new(zh, en));
        payload.Json.WriteEndObject();

        Assert.Equal(shown, Encoding.UTF8.GetString(payload.Take()));
    }

    [Fact]
    public void A_line_of_the_gateways_own_is_kept_in_both_languages_and_a_persons_as_it_was_written()
    {
        var fault = Seen.With(DateTimeOffset.UnixEpoch, "gateway", FaultWords.Continued, new Wording("庭审已结束", "the hearing is over")).With(DateTimeOffset.UnixEpoch, "engineer", FaultWords.Noted, "换了网线");

        var lines = FaultJson.Read(FaultJson.Write(fault)).TimeLine;

        Assert.Equal([("the hearing is over", "庭审已结束"), ("换了网线", null)], lines.Select(l => (l.Text, l.TextZh)));
    }

    [Fact]
    public void Every_answer_has_words_in_both_languages() => Assert.All(AnswerCodes.All, c =>
    {
        Assert.DoesNotContain(c.Title, character => character > 0x2FFF);
        Assert.Contains(c.Zh, character => character > 0x2FFF);
    });
}
