using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Session;

internal sealed class FakeNames : ISiteNames
{
    public Names OfRoom(string room) => new("第一审判庭", "Courtroom 1");
    public Names Of(DeviceId device) => new("视频矩阵", "Matrix");
}

/// <summary>A whole gateway between a bus and one fake matrix.</summary>
internal sealed class GatewayBench : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public GatewayBench(IMqttBus? bus = null, RouterBench? router = null, FakeRegistry? registry = null, params IRequestFamily[] more)
    {
        Around = router ?? new();
        Bus = bus ?? Fake;
        Registry = registry ?? new();
        Retained = new(Bus, Registry);
        Publisher = new(Topics, Bus, Retained, new FakeNames(), Around.Clock);
        Desk = new(Topics, Bus, [new DeviceRequests(Around.Router), .. more], Around.Journal, Around.Clock, NullLogger<RequestDesk>.Instance);
        Presence = new(new("gw-1", "0.1.0", "cafe", ["devices"]), Topics, Retained, Around.Clock);
        Gateway = new(
            new()
            {
                Topics = Topics,
                Bus = Bus,
                Retained = Retained,
                Publisher = Publisher,
                Presence = Presence,
                Desk = Desk,
                Router = Around.Router,
                Recovery = new(Around.Ledger, Around.Writer, Around.Clock),
                Health = new HealthSource(Around.Devices, Around.Router, Desk, Publisher),
                Devices = Around.Devices,
            },
            Around.Clock,
            NullLogger<MqttGateway>.Instance);
    }

    public TopicMap Topics { get; } = new("avgw", "city");
    public RouterBench Around { get; }
    public FakeBus Fake { get; } = new();
    public IMqttBus Bus { get; }
    public FakeRegistry Registry { get; }
    public RetainedTopics Retained { get; }
    public SnapshotPublisher Publisher { get; }
    public RequestDesk Desk { get; }
    public GatewayPresence Presence { get; }
    public MqttGateway Gateway { get; }
    public FakeDevice Device => Around.Device;

    public static CancellationToken Test => TestContext.Current.CancellationToken;

    /// <summary>Asks on the fake bus and waits for the first final answer on <paramref name="answerTopic"/>.</summary>
    public async Task<(Publication Publication, JsonElement Json)> AskAsync(IncomingMessage message, string answerTopic)
    {
        var final = new TaskCompletionSource<Publication>(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.OnPublish = p =>
        {
            if (p.Topic == answerTopic && FakeBus.Json(p).GetProperty("final").GetBoolean()) final.TrySetResult(p);
        };
        Fake.Ask(message);
        var answer = await final.Task.WaitAsync(Patience, Test);
        return (answer, FakeBus.Json(answer));
    }

    public IncomingMessage Message(string tail, string payload, string caller = "engineer") =>
        new(Topics.Request(caller, tail), Encoding.UTF8.GetBytes(payload), Retained: false);

    public void Dispose()
    {
        Gateway.Dispose();
        Publisher.Dispose();
        Around.Dispose();
    }
}
