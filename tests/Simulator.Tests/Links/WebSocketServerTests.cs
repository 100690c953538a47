using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Links;

/// <summary>The WebSocket of simulated devices, and JSON-RPC on it, against the framework's own client.</summary>
public sealed class WebSocketServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_question_is_answered_whole_also_where_every_write_is_cut(bool bySubProtocol, bool slices)
    {
        await using var court = await CourtAsync();
        court.Devices[0].Device.SetSwitch("slice", slices);
        using var client = await ConnectAsync(court, "secret", bySubProtocol);

        var answer = await AskAsync(client, """{"jsonrpc":"2.0","id":7,"method":"xGet","params":{"Path":["Status","Audio","Volume"]}}""");

        Assert.Equal("""{"result":50,"jsonrpc":"2.0","id":7}""", answer);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xQuery","params":{"Query":["Status","**","DisplayName"]}}""", "result.Status.SystemUnit.Software.DisplayName", "RoomOS 11.9.2.4 0123456789a")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xQuery","params":{"Query":["Status","Call"]}}""", "result", "{}")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xSet","params":{"Path":["Configuration","Standby","Delay"],"Value":20}}""", "result", "true")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xSet","params":{"Path":["Configuration","Standby","Delay"],"Value":"x"}}""", "error.code", "-32602")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xCommand/Dial","params":{"Number":"8001"}}""", "result.CallId", "1")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xCommand/Call/Disconnect","params":{"CallId":9}}""", "error.code", "1")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xCommand/Telepathy/Start"}""", "error.code", "-32601")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"xFeedback/Unsubscribe","params":{"Id":9}}""", "error.code", "-32602")]
    [InlineData("""{"id":"1","method":"xGet"}""", "error.code", "-32600")]
    [InlineData("hello", "error.code", "-32700")]
    public async Task Methods_answer_in_their_forms(string request, string place, string expected)
    {
        await using var court = await CourtAsync();
        using var client = await ConnectAsync(court, "secret");

        var answer = JsonNode.Parse(await AskAsync(client, request));

        Assert.Equal(expected, place.Split('.').Aggregate(answer, (node, name) => node![name])!.ToString().Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_subscribed_to_is_told_with_its_number_until_it_is_unsubscribed()
    {
        await using var court = await CourtAsync();
        using var client = await ConnectAsync(court, "secret");
        var device = court.Devices[0].Device;

        var id = (int)JsonNode.Parse(await AskAsync(client, """{"jsonrpc":"2.0","id":"1","method":"xFeedback/Subscribe","params":{"Query":["Status","Audio","Volume"],"NotifyCurrentValue":true}}"""))!["result"]!["Id"]!;
        var now = await ReadAsync(client);
        device.UseFrontPanel("volume", new() { ["level"] = 71 });
        var changed = await ReadAsync(client);
        await AskAsync(client, """{"jsonrpc":"2.0","id":"2","method":"xFeedback/Unsubscribe","params":{"Id":""" + $"{id}}}}}");
        device.UseFrontPanel("volume", new() { ["level"] = 72 });

        Assert.Equal("""{"jsonrpc":"2.0","method":"xFeedback/Event","params":{"Id":""" + id + ""","Status":{"Audio":{"Volume":50}}}}""", now);
        Assert.Contains("\"Volume\":71", changed, StringComparison.Ordinal);
        Assert.Equal("""{"result":72,"jsonrpc":"2.0","id":3}""", await AskAsync(client, """{"jsonrpc":"2.0","id":3,"method":"xGet","params":{"Path":["Status","Audio","Volume"]}}"""));
    }

    [Theory, InlineData("not-ready", true, "-31997"), InlineData("feedback-cap", 0, "-31998")]
    public async Task The_codecs_own_errors_have_their_numbers(string name, object value, string code)
    {
        await using var court = await CourtAsync();
        court.Devices[0].Device.SetSwitch(name, value is int number ? number : true);
        using var client = await ConnectAsync(court, "secret");

        var answer = await AskAsync(client, """{"jsonrpc":"2.0","id":"1","method":"xFeedback/Subscribe","params":{"Query":["Status","Audio"]}}""");

        Assert.Equal(code, JsonNode.Parse(answer)!["error"]!["code"]!.ToString());
    }

    [Fact]
    public async Task A_wrong_password_is_401()
    {
        await using var court = await CourtAsync();

        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(client, court, "wrong", bySubProtocol: false));

        Assert.Equal(HttpStatusCode.Unauthorized, client.HttpStatusCode);
    }

    private static Task<SimulatedCourt> CourtAsync() =>
        SimulatedCourt.StartAsync([new("bench", "it", "cisco-xapi") { Link = LinkKind.WebSocket, User = "court", Password = "secret" }], TimeProvider.System);

    private static async Task<ClientWebSocket> ConnectAsync(SimulatedCourt court, string password, bool bySubProtocol = false)
    {
        var client = new ClientWebSocket();
        await ConnectAsync(client, court, password, bySubProtocol);
        return client;
    }

    private static Task ConnectAsync(ClientWebSocket client, SimulatedCourt court, string password, bool bySubProtocol)
    {
        var given = Convert.ToBase64String(Encoding.UTF8.GetBytes($"court:{password}"));
        if (bySubProtocol) client.Options.AddSubProtocol("auth-" + given.TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        else client.Options.SetRequestHeader("Authorization", "Basic " + given);
        client.Options.Proxy = null;
        return client.ConnectAsync(new(court.Devices[0].Link.Uri.Replace("court@", "", StringComparison.Ordinal)), Cancellation);
    }

    private static async Task<string> AskAsync(ClientWebSocket client, string request)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        return await ReadAsync(client);
    }

    private static async Task<string> ReadAsync(ClientWebSocket client)
    {
        var buffer = new byte[4096];
        var message = new List<byte>();
        while (true)
        {
            var got = await client.ReceiveAsync(buffer.AsMemory(), Cancellation).AsTask().WaitAsync(Patience, TimeProvider.System, Cancellation);
            message.AddRange(buffer.AsSpan(0, got.Count));
            if (got.EndOfMessage) return Encoding.UTF8.GetString([.. message]);
        }
    }
}
