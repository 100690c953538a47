using System.Text.Json;
using AvGateway.Drivers.Protocols.EpiphanPearl;

namespace AvGateway.Drivers.Tests.EpiphanPearl;

public sealed class PearlAnswerTests
{
    [Theory]
    [InlineData(200, """{"status":"ok","result":[]}""", true)]
    [InlineData(200, """{"status":"ok"}""", true)]
    [InlineData(200, """{"status":"error","message":"no"}""", false)]
    [InlineData(500, """{"status":"ok","result":[]}""", false)]
    [InlineData(200, "<html></html>", false)]
    [InlineData(200, "[]", false)]
    [InlineData(200, """{"status":"ok","result":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""", false)]
    public void Only_a_good_envelope_is_an_answer(int code, string body, bool expected) =>
        Assert.Equal(expected, PearlAnswer.TryResult(new(code, "", "", "", body), out _, out _));

    [Theory]
    [InlineData("""{"date":"2026-01-05T16:00:00+08:00"}""")]
    [InlineData("""{"date":"2026-01-05T08:00:00Z"}""")]
    [InlineData("""{"date":"2026-01-05 16:00:00"}""")]
    [InlineData("""{"date":1767600000}""")]
    [InlineData("""{"date":"1767600000"}""")]
    public void A_date_is_read_with_its_zone_or_with_that_of_the_site(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(PearlAnswer.TryDate(document.RootElement, "date", TimeSpan.FromHours(8), out var date));
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero), date);
    }

    [Theory, InlineData("""{"date":"yesterday"}"""), InlineData("""{"date":-1}"""), InlineData("{}"), InlineData("""{"date":{}}""")]
    public void What_is_no_date_is_none(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.False(PearlAnswer.TryDate(document.RootElement, "date", TimeSpan.Zero, out _));
    }

    [Theory]
    [InlineData("""{"state":"started","duration":1e300}""")]
    [InlineData("""{"state":"started","duration":"NaN"}""")]
    [InlineData("""{"state":"started"}""")]
    public void A_duration_that_is_none_counts_as_nothing(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(PearlAnswer.TryStatus(document.RootElement, out var status));
        Assert.Equal(TimeSpan.Zero, status.Duration);
    }
}
