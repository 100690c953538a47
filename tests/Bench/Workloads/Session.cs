using System.Diagnostics;
using AvGateway.Bench.Farm;
using AvGateway.Bench.Peers;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>One started peer, with one client that watches everything and some that ask.</summary>
internal sealed class Session : IAsyncDisposable
{
    // Below the number of passwords that a gateway checks in a row for one address before it asks for patience.
    public const int Askers = 40;

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);

    private readonly List<LoadClient> _askers = [];
    private readonly List<LoadClient> _panels = [];
    private readonly bool[] _online;
    private IReadOnlyList<ChildProcess> _processes = [];
    private LoadClient? _observer;
    private int _runs;

    public Session(Peer peer, DeviceFarm farm, Loop loop)
    {
        (Peer, Farm, Loop) = (peer, farm, loop);
        _online = new bool[farm.Count];
    }

    public Peer Peer { get; }
    public DeviceFarm Farm { get; }
    public Loop Loop { get; }
    public int Port { get; } = Listener.FreePort();

    /// <summary>Devices that the observer was last told to be online.</summary>
    public int Online { get; private set; }

    /// <summary>A route was shown: device, output, input.</summary>
    public Action<int, int, int>? RouteShown { get; set; }

    /// <summary>A final answer came: request, status.</summary>
    public Action<long, int>? Answered { get; set; }

    /// <summary>How often the broker ended the connection of the client that watches.</summary>
    public int ThrownOut { get; private set; }

    public double FirstOnlineAfter { get; private set; }

    public double AllOnlineAfter { get; private set; }

    /// <summary>When every output of every device had been shown.</summary>
    public double AllShownAfter { get; private set; }

    /// <summary>Requests of this run are numbered from here.</summary>
    public long FirstRequest => _runs * 1_000_000_000L;

    public void BeginRequests() => _runs++;

    public LoadClient Asker(long request) => _askers[(int)(request % Askers)];

    public Usage Usage() => _processes.Select(p => p.Usage()).Aggregate((a, b) => a + b);

    /// <summary>Starts the peer's processes and waits until everything is online and shown; the times are kept.</summary>
    public async Task StartAsync(string folder)
    {
        var shown = new bool[Farm.Shown.Length];
        var left = shown.Length;
        var start = Loop.Now;
        _processes = await Peer.StartAsync(Farm, Port, folder);
        RouteShown = (device, output, _) =>
        {
            ref var known = ref shown[device * Farm.Ports + output];
            if (!known) left--;
            known = true;
            if (left == 0 && AllShownAfter == 0) AllShownAfter = Since(start);
        };
        var isUp = Loop.Until(
            () =>
            {
                Observe();
                if (Online > 0 && FirstOnlineAfter == 0) FirstOnlineAfter = Since(start);
                if (Online == Farm.Count && AllOnlineAfter == 0) AllOnlineAfter = Since(start);
                return AllOnlineAfter > 0 && left == 0;
            },
            StartsWithin);
        RouteShown = null;
        if (!isUp) throw new BenchException($"{Peer.Name}: {Online} of {Farm.Count} devices online, {left} routes not shown after {StartsWithin}.\n{Words()}");
        ConnectAskers();
    }

    /// <summary>Panels that are connected and do nothing.</summary>
    public void AddPanels(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var panel = Connect($"panel-{i}", i, (_, _) => { });
            panel.Subscribe(Peer.PanelFilter(i), Peer.Qos);
            _panels.Add(panel);
            Await(panel, () => panel.Subscribed == 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _askers.Concat(_panels).Append(_observer).OfType<LoadClient>()) client.Close();
        foreach (var process in _processes.Reverse()) await process.DisposeAsync();
    }

    private static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private string Words() => string.Join('\n', _processes.Select(p => p.Words));

    /// <summary>Sees to it that somebody watches: connects until the broker is there, and again when it threw the observer out.</summary>
    public void Observe()
    {
        if (_processes.Any(p => p.HasEnded)) throw new BenchException($"{Peer.Name} has ended.\n{Words()}");
        if (_observer is { IsClosed: false, IsRefused: false }) return;
        if (_observer is { IsAccepted: true }) ThrownOut++;
        _observer?.Close();
        _observer = LoadClient.TryConnect(Loop, Port, "observer", Peer.User(0), Hear);
        _observer?.Subscribe(Peer.StateFilter, Peer.Qos);
        if (_observer is null) Loop.For(TimeSpan.FromMilliseconds(2));
    }

    private void ConnectAskers()
    {
        for (var i = 0; i < Askers; i++)
        {
            var asker = Connect($"asker-{i}", i, Hear);
            if (Peer.AnswerFilter(i) is { } answers) asker.Subscribe(answers, Peer.Qos);
            Await(asker, () => asker.IsAccepted && asker.Subscribed == (Peer.Answers ? 1 : 0));
            _askers.Add(asker);
        }
    }

    private LoadClient Connect(string id, int user, Heard heard) =>
        LoadClient.TryConnect(Loop, Port, id, Peer.User(user), heard) ?? throw new BenchException($"{Peer.Name}: nobody listens any more.\n{Words()}");

    private void Await(LoadClient client, Func<bool> isSo)
    {
        if (!Loop.Until(() => isSo() || client.IsRefused || client.IsClosed, TimeSpan.FromSeconds(10)) || !isSo())
            throw new BenchException($"{Peer.Name}: a client was not let in.\n{Words()}");
    }

    private void Hear(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var meaning = Peer.Read(topic, payload);
        switch (meaning.Told)
        {
            case Told.Route: RouteShown?.Invoke(meaning.Device, meaning.Output, meaning.Value); break;
            case Told.Answer: Answered?.Invoke(meaning.Request, meaning.Value); break;
            case Told.Online or Told.Offline:
                var now = meaning.Told is Told.Online;
                if (_online[meaning.Device] == now) break;
                _online[meaning.Device] = now;
                Online += now ? 1 : -1;
                break;
        }
    }
}
