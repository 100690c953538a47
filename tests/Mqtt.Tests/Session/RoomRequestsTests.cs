using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Testing.Commands;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>Rooms on the bus: what is asked reaches the room's desk, what happens there is retained.</summary>
public sealed class RoomRequestsTests : IAsyncLifetime
{
    private readonly RoomBench _rooms = new();
    private readonly GatewayBench _bench;

    public RoomRequestsTests()
    {
        _bench = new(more: [new SceneRequests(_rooms.Desk, _rooms.Writer, _rooms.Clock), new HearingRequests(_rooms.Desk, _rooms.Writer, _rooms.Clock)]);
        _ = new RoomPublisher(_bench.Topics, _bench.Retained, _rooms.House, new FakeNames());
    }

    public async ValueTask InitializeAsync()
    {
        await _rooms.StartAsync();
        await _bench.Gateway.StartAsync(GatewayBench.Test);
    }

    [Theory]
    [InlineData("$hearing/do/open", 200)]
    [InlineData("$hearing/do/panic-mute", 200)]
    [InlineData("$scene/technical-fault/do/run", 200)]
    [InlineData("$scene/broken/do/run", 207)]
    [InlineData("$scene/broken/do/preview", 200)]
    [InlineData("$scene/broken/do/rollback", 400)]
    [InlineData("$scene/broken/do/dance", 400)]
    [InlineData("$hearing/do/dance", 400)]
    public async Task Every_verb_reaches_its_scene(string request, int stat)
    {
        var (_, json) = await _bench.AskAsync(_bench.Message($"court-1/{request}", """{"id":"r1"}""", "clerk-1"), _bench.Topics.Answer("clerk-1", "r1"));

        Assert.Equal(stat, json.GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task The_hearing_and_its_scene_are_shown_as_they_are()
    {
        await _bench.AskAsync(_bench.Message("court-1/$hearing/do/open", """{"id":"r1","args":{"public":true,"hearing":"h-17"}}""", "clerk-1"), _bench.Topics.Answer("clerk-1", "r1"));

        var hearing = Last("court-1/$hearing");
        Assert.Equal(("in-session", "opened", true), (hearing.GetProperty("phase").GetString(), hearing.GetProperty("stage").GetString(), hearing.GetProperty("public").GetBoolean()));
        Assert.Equal("active", Last("court-1/$scene/open").GetProperty("state").GetString());
        Assert.DoesNotContain(_bench.Fake.All, p => System.Text.Encoding.UTF8.GetString(p.Payload.Span).Contains("h-17", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _rooms.DisposeAsync();
    }

    private System.Text.Json.JsonElement Last(string tail) => FakeBus.Json(_bench.Fake.All.Last(p => p.Topic == $"avgw/1/city/{tail}" && p.Retain));
}
