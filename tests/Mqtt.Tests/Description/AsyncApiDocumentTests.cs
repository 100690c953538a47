using System.Text.Json;
using AvGateway.Mqtt.Description;
using AvGateway.Mqtt.Topics;

namespace AvGateway.Mqtt.Tests.Description;

public sealed class AsyncApiDocumentTests
{
    private readonly JsonElement _document = JsonDocument.Parse(AsyncApiDocument.Write("avgw", "0.1.0")).RootElement;

    [Fact]
    public void It_is_AsyncAPI_3() => Assert.Equal("3.0.0", _document.GetProperty("asyncapi").GetString());

    [Fact]
    public void Every_row_of_the_tables_is_a_channel_with_its_address()
    {
        var addresses = _document.GetProperty("channels").EnumerateObject().Select(c => c.Value.GetProperty("address").GetString()).ToList();

        Assert.Equal(TopicTable.Published.Count + TopicTable.Requests.Count, addresses.Count);
        Assert.Contains("avgw/1/{site}/{room}/{device}/{property}/$target", addresses);
        Assert.Contains("avgw/1/{site}/$req/{caller}/{room}/{device}/do/{verb}", addresses);
    }

    [Fact]
    public void Every_parameter_of_an_address_is_declared()
    {
        foreach (var channel in _document.GetProperty("channels").EnumerateObject())
        {
            var address = channel.Value.GetProperty("address").GetString()!;
            Assert.Equal(
                address.Split('/').Where(l => l.StartsWith('{')).Select(l => l[1..^1]),
                channel.Value.GetProperty("parameters").EnumerateObject().Select(p => p.Name));
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(_document).ToList();

        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            var at = _document;
            foreach (var level in reference[2..].Split('/')) Assert.True(at.TryGetProperty(level, out at), reference);
        }
    }

    [Fact]
    public void What_is_served_is_an_operation_and_what_is_reserved_is_not()
    {
        var served = TopicTable.Published.Concat(TopicTable.Requests).Count(r => r.Served);

        Assert.Equal(served, _document.GetProperty("operations").EnumerateObject().Count());
        Assert.True(_document.GetProperty("operations").GetProperty("receive-device-do").TryGetProperty("reply", out _));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => m.Name == "$ref" ? [m.Value.GetString()!] : References(m.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
