using System.Text.Json;
using AvGateway.Mqtt.Client;

namespace AvGateway.Channels.Tests;

/// <summary>
/// The real gateway with receivers of every mood, killed at every step of its outbox: in the middle of a write of its store, before it connects,
/// before it sends, when the message has arrived, when it was answered. Whatever it was doing, the next start tells everybody, under the same key
/// (I14, I15). <c>AVGW_OUTBOX_KILLS=1</c> takes every step, <c>=N</c> every N-th, otherwise it is two of them.
/// </summary>
public sealed class OutboxKillTests : IAsyncDisposable
{
    private const int Rooms = 160;

    // The writes of the store are those of one thread: their number is a place in its work. More of them than a fault makes are not killed any more.
    private const int MostWrites = 60;
    private const int MostOfThread = 3;

    // By then everybody has been tried: nothing more happens that could be killed.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder = new();
    private readonly HashSet<string> _ended = [];
    private int _room;
    private int _kills;

    private static int? Stride => int.TryParse(Environment.GetEnvironmentVariable("AVGW_OUTBOX_KILLS"), out var stride) && stride > 0 ? stride : null;

    [Fact]
    public async Task Killed_at_any_step_everybody_is_told_at_least_once_under_the_same_key()
    {
        await using var receivers = await MoodyReceivers.StartAsync();
        WriteSite(receivers);
        foreach (var step in Steps())
        {
            var missed = await PlayAsync(receivers, step);

            // A thread that has done less than this in the whole life of a fault was killed at each of its steps.
            if (missed && step.Split(' ')[0] is not ("arrived" or "answered")) _ended.Add(step.Split(' ')[0]);
        }

        Assert.True(_kills >= (Stride is { } stride ? 30 / stride : 2), $"only {_kills} kills");
        TestContext.Current.TestOutputHelper?.WriteLine($"{_kills} kills, {receivers.All.Count} arrivals, ended {string.Join(", ", _ended)}");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private IEnumerable<string> Steps()
    {
        if (Stride is not { } stride) return ["arrived fails", "pwrite64 4"];
        string[] all =
        [
            .. MoodyReceivers.Names.SkipLast(1).Select(n => $"arrived {n}"), .. MoodyReceivers.Names.SkipLast(1).Where(n => n != "hangs").Select(n => $"answered {n}"),
            .. Numbered("pwrite64", MostWrites), .. Numbered("fdatasync", MostWrites / 2), .. Numbered("connect", MostOfThread), .. Numbered("sendmsg", MostOfThread), .. Numbered("sendto", MostOfThread),
        ];
        return all.Where((_, i) => i % stride == 0).Where(s => !_ended.Contains(s.Split(' ')[0]));

        static IEnumerable<string> Numbered(string call, int most) => Enumerable.Range(1, most).Select(n => $"{call} {n}");
    }

    /// <returns>True when the gateway did not come to this step.</returns>
    private async Task<bool> PlayAsync(MoodyReceivers receivers, string step)
    {
        var room = $"room-{_room++}";
        bool missed;
        await receivers.BehaveBadlyAsync();
        await using (var gateway = await GatewayProgram.RunAsync(_folder))
        {
            await using var client = await gateway.ConnectAsync("engineer");
            await using var killer = await ArmAsync(gateway, receivers, step);
            await ReportAsync(client, room);
            var ended = gateway.EndedAsync();

            missed = await Task.WhenAny(ended, Task.Delay(Quiet, TimeProvider.System, Patience.Test)) != ended;
            receivers.Arrived = receivers.Answered = static _ => { };
            await gateway.StopAsync();
        }

        if (!missed) _kills++;
        await receivers.HealAsync();
        await using var next = await GatewayProgram.RunAsync(_folder);
        await using var engineer = await next.ConnectAsync("engineer");
        var fault = await FaultOfAsync(engineer, room);
        var told = Task.Run(() => AllToldAsync(receivers, fault, next));
        while (!told.IsCompleted) await RetryDeadAsync(engineer, told);
        await told;
        await EmptiedAsync(next);
        foreach (var receiver in receivers.All.Where(a => a.Faults.Contains(fault)).GroupBy(a => a.Receiver))
        {
            // One key for ever; and one more time for each crash and for each time that it was not taken. With what else waited for this receiver just then
            // (that letters of the step before are dead, say) it goes in one message, whose key is made of what it tells.
            Assert.Matches($"^({fault}\\.r1-1-1|D-[0-9a-f]{{16}})\\.c-{receiver.Key}\\.h-{receiver.Key}$", Assert.Single(receiver.Select(a => a.Key).Distinct()));
            // The impatient channel may give a slow machine up and come once more.
            Assert.InRange(receiver.Count(a => a.Answer == 200), 1, receiver.Key == "hangs" ? 4 : 2);
        }

        return missed;
    }

    private async Task<ForeignProcess?> ArmAsync(GatewayProgram gateway, MoodyReceivers receivers, string step)
    {
        switch (step.Split(' '))
        {
            case ["arrived", var who]:
                receivers.Arrived = a =>
                {
                    if (a.Receiver == who) gateway.Kill();
                };
                return null;
            case ["answered", var who]:
                receivers.Answered = a =>
                {
                    if (a.Receiver == who) gateway.Kill();
                };
                return null;
            case [var call, var number]:
                // Counted for each thread from here on; the signal comes as the call begins.
                var tracer = new ForeignProcess("strace", "strace", "-f", "-o", "/dev/null", "-p", $"{gateway.Id}", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={number}");
                await tracer.SaysAsync("attached");
                return tracer;
            default:
                throw new ArgumentException(step);
        }
    }

    private static async Task ReportAsync(GatewayClient client, string room)
    {
        // It may die before it has taken the report: whoever reported it calls again then.
        try
        {
            await client.AskAsync("city", "$fault/do/raise", System.Text.Encoding.UTF8.GetBytes($$$"""{"args":{"room":"{{{room}}}","what":"dark"}}"""), 30, Patience.Test);
        }
        catch (Exception gone) when (gone is GatewayClientException or MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException)
        {
            Patience.Test.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> FaultOfAsync(GatewayClient client, string room)
    {
        await client.SubscribeAsync("avgw/1/city/$fault/+", Patience.Test);
        while (await client.NextAsync(TimeSpan.FromSeconds(1), Patience.Test) is { } received)
        {
            if (received.Payload.IsEmpty) continue;
            using var fault = JsonDocument.Parse(received.Payload);
            if (fault.RootElement.GetProperty("subject").GetString() == room) return fault.RootElement.GetProperty("id").GetString()!;
        }

        var raised = await client.FinalAsync("$fault/do/raise", $$"""{"room":"{{room}}","what":"dark"}""");
        return raised.GetProperty("fault").GetString()!;
    }

    private static async Task AllToldAsync(MoodyReceivers receivers, string fault, GatewayProgram gateway)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var missing = MoodyReceivers.Names.Where(n => !receivers.All.Any(a => a.Receiver == n && a.Answer == 200 && a.Faults.Contains(fault))).ToList();
            if (missing.Count == 0) return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience.Long, $"{fault} never came to {string.Join(", ", missing)}\n{gateway.Said}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Patience.Test);
        }
    }

    // That everything was taken has been noted too: nothing is left that the next step would be disturbed by.
    private static async Task EmptiedAsync(GatewayProgram gateway)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await using var client = await gateway.ConnectAsync("engineer");
            await client.SubscribeAsync("avgw/1/city/$notice/+", Patience.Test);
            var isEmpty = true;
            while (await client.NextAsync(TimeSpan.FromMilliseconds(300), Patience.Test) is { } received) isEmpty &= received.Payload.IsEmpty;
            if (isEmpty) return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience.Long, "messages that were taken still wait");
        }
    }

    // What refused for good is a dead letter that somebody has to have tried anew: visible, and not lost.
    private static async Task RetryDeadAsync(GatewayClient client, Task until)
    {
        await client.SubscribeAsync("avgw/1/city/$notice/+", Patience.Test);
        while (!until.IsCompleted && await client.NextAsync(TimeSpan.FromMilliseconds(500), Patience.Test) is { } received)
        {
            if (received.Payload.IsEmpty || received.Topic.Split('/') is not [.., "$notice", var contact]) continue;
            using var notices = JsonDocument.Parse(received.Payload);
            foreach (var dead in notices.RootElement.GetProperty("dead").EnumerateArray())
                await client.AskAsync("city", $"$notice/{contact}/do/retry", System.Text.Encoding.UTF8.GetBytes($$$"""{"args":{"key":"{{{dead.GetProperty("key").GetString()}}}"}}"""), 30, Patience.Test);
        }
    }

    private void WriteSite(MoodyReceivers receivers)
    {
        var names = MoodyReceivers.Names;
        string List(IEnumerable<string> items) => string.Join(",\n", items);
        File.WriteAllText(_folder.Sub("site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "示例市", "en": "City" }, "zone": "Asia/Shanghai" },
              "rooms": [ {{List(Enumerable.Range(0, Rooms).Select(i => $$"""{ "id": "room-{{i}}", "devices": [] }"""))}} ],
              "channels": [ {{List(names.Select(n => $$"""{ "id": "h-{{n}}", "kind": "webhook", "url": "{{receivers.Url(n)}}", "allow": ["127.0.0.1"], "patience": "{{(n == "hangs" ? "2s" : "30s")}}" }"""))}} ],
              "contacts": [ {{List(names.Select(n => $$"""{ "id": "c-{{n}}", "reach": [{ "channel": "h-{{n}}" }] }"""))}} ],
              "escalation": [{ "id": "all", "wait": "0s", "interval": "1m", "repeat": { "every": "24h", "times": 0 }, "rungs": [{ "to": [ {{List(names.Select(n => $"\"contact:c-{n}\""))}} ] }] }]
            }
            """);
    }
}
