using System.Text;
using AvGateway.Operations.Commands;
using AvGateway.Testing;

namespace AvGateway.Operations.Tests.Commands;

public sealed class WordsTests
{
    [Theory]
    [InlineData("00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("0a", "0a")]
    [InlineData("", null)]
    public void Correlation_data_becomes_an_id(string hex, string? id) => Assert.Equal(id, RequestId.FromCorrelation(Convert.FromHexString(hex)));

    [Fact]
    public void Correlation_data_of_64_bytes_is_the_longest()
    {
        Assert.True(RequestId.IsUsable(RequestId.FromCorrelation(new byte[64])!));
        Assert.Null(RequestId.FromCorrelation(new byte[65]));
    }

    [Fact]
    public async Task Ulids_sort_by_time_and_no_caller_can_use_an_id_of_ours()
    {
        var clock = new VirtualClock();
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(RequestId.Make(clock));
            await clock.PassAsync(TimeSpan.FromMilliseconds(1), static () => Task.CompletedTask);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.False(RequestId.IsUsable(id)));
        Assert.All(ids, id => Assert.Equal(27, id.Length));
    }

    [Fact]
    public void A_payload_within_a_payload_does_not_disturb_it()
    {
        var outer = PayloadWriter.Start();
        outer.Json.WriteStartArray();
        var inner = PayloadWriter.Start();
        inner.Json.WriteStringValue("inner");
        Assert.Equal("\"inner\"", Encoding.UTF8.GetString(inner.Take()));
        outer.Json.WriteEndArray();
        Assert.Equal("[]", Encoding.UTF8.GetString(outer.Take()));
    }

    [Fact]
    public void Chinese_stays_readable_and_markup_does_not_pass()
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStringValue("审判庭<script>");
        var text = Encoding.UTF8.GetString(payload.Take());

        Assert.StartsWith("\"审判庭", text, StringComparison.Ordinal);
        Assert.DoesNotContain('<', text);
    }

    [Fact]
    public void Codes_are_told_apart_by_stat_and_code()
    {
        Assert.Distinct(AnswerCodes.All.Select(c => (c.Stat, c.Code)));
        Assert.All(AnswerCodes.All, c => Assert.Matches("^AVG-[A-Z-]+$", c.Code));
    }
}
