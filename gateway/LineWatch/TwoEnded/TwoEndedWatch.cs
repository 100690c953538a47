using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>
/// Watches the lines of a site from this end: asks the far gateways, answers their questions, looks at the routers between, and says how each line is and
/// whose trouble it is. One loop sends and judges, one loop a socket hears.
/// </summary>
public sealed partial class TwoEndedWatch : ILineWatch, IAsyncDisposable
{
    /// <summary>Echo requests to a router in a second: while all is well, and while something is not.</summary>
    public const int EchoRate = 2, EchoRateInTrouble = 25;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskPortEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Watched> _lines;
    private readonly LineOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly ILogger<TwoEndedWatch> _log;
    private readonly ImmutableArray<Reflector> _reflectors;
    private readonly ulong _epoch = Reflector.NewEpoch();
    private readonly CancellationTokenSource _stopping = new();
    private EchoSocket? _echo;
    private Task _running = Task.CompletedTask;

    public TwoEndedWatch(IEnumerable<LinePlan> plans, string site, LineOutlets outlets, TimeProvider time, ILogger<TwoEndedWatch> log)
    {
        (_outlets, _time, _log) = (outlets, time, log);
        _lines = [.. plans.Select(p => new Watched(new(p, site, time), new(p.Peer, time), time))];
        _reflectors =
        [
            .. _lines.Where(l => l.Track.Plan.Listen is not null).GroupBy(l => l.Track.Plan.Listen!)
                .Select(g => new Reflector(g.Key, g.ToLookup(l => l.Track.Plan.Peer.Address, l => l.Track), Answer, time, log)),
        ];
    }

    /// <summary>A line's state or verdict changed, or its figures are due to be shown again.</summary>
    public event Action<string>? Changed;

    public IReadOnlyList<LineView> Views
    {
        get
        {
            lock (_gate) return [.. _lines.Select(ViewOf)];
        }
    }

    /// <summary>Datagrams that the reflectors answered nobody for.</summary>
    public long Refused => _reflectors.Sum(r => r.Refused);

    internal IEnumerable<IPEndPoint?> ListensAt => _reflectors.Select(r => r.At);

    public LineView? Find(string line)
    {
        lock (_gate) return _lines.Find(l => l.Track.Plan.Line == line) is { } found ? ViewOf(found) : null;
    }

    /// <summary>Whose trouble a line has: null for one that is not watched, or is well.</summary>
    public LineVerdict? VerdictOf(string line) => Find(line)?.Verdict;

    /// <summary>When a line that is in trouble was last well.</summary>
    public DateTimeOffset? LastWell(string line) => Find(line) is { State: LineState.Degraded or LineState.Down } view ? view.Since : null;

    /// <param name="open">The faults that an earlier process left open.</param>
    public void Start(IEnumerable<Fault> open)
    {
        foreach (var fault in open.Where(f => f.Code is FaultKinds.LineSilent or FaultKinds.LineDegraded && _lines.TrueForAll(l => l.Track.Plan.Line != f.Subject)))
            _outlets.Tell(new(fault.Subject, fault.Code), false, null);
        if (_lines.Count == 0) return;
        _echo = EchoSocket.TryOpen(out var why);
        if (_echo is null) NoEchoes(_log, why!);
        _running = Task.WhenAll(
            [RunAsync(SendAsync), .. _reflectors.Select(r => Task.Run(() => r.RunAsync(_stopping.Token))), .. _lines.Select(l => RunAsync(() => HearAsync(l))), RunAsync(HearEchoesAsync)]);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _echo?.Dispose();
        foreach (var line in _lines) line.Dispose();
        _stopping.Dispose();
    }

    // The top of each loop: what goes wrong with one packet must not end the watch.
    private Task RunAsync(Func<Task> loop) => Task.Run(async () =>
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await loop();
            }
            catch (Exception ended) when (_stopping.IsCancellationRequested && ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception failed)
            {
                LoopFailed(_log, failed);
                await Task.Delay(AgainAfter, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    });

    private async Task SendAsync()
    {
        using var ticks = new PeriodicTimer(Tick, _time);
        while (await ticks.WaitForNextTickAsync(_stopping.Token))
        {
            foreach (var line in _lines) Turn(line);
        }
    }

    private void Turn(Watched line)
    {
        var (isJudged, isDue) = (false, false);
        LineView? shown = null;
        LineMinute? minute = null;
        lock (_gate)
        {
            for (var due = line.Questions.Take(line.Track.Plan.Rate); due > 0; due--) Ask(line);
            for (var due = line.Echoes.Take(line.Track.IsInTrouble ? EchoRateInTrouble : EchoRate); due > 0; due--) AskRouters(line);
            if (line.Looks.Take(1 / line.LookEvery.TotalSeconds) > 0)
            {
                var before = line.Track.State;
                isJudged = line.Track.Look(Around(line));
                if (isJudged) shown = ViewOf(line);
                if (line.Track.State != before) line.PortAskedAt = null;
                AskPort(line);
            }

            if (line.Shows.Take(1 / ShowEvery.TotalSeconds) > 0)
            {
                shown ??= ViewOf(line);
                isDue = true;
                minute = line.Minute.Add(_time.GetUtcNow(), shown, line.Track.Stream.LossesWithin(line.Track.Plan.Limits.Window), ClockOffsetOf(line.Track.Plan));
            }
        }

        if (isJudged) Tell(shown!);
        if (minute is not null) _outlets.Keep(line.Track.Plan, minute);
        if (isJudged || isDue) Changed?.Invoke(line.Track.Plan.Line);
    }

    private void Tell(LineView view)
    {
        var line = view.Plan.Line;
        _outlets.Tell(new(line, FaultKinds.LineSilent), view.State is LineState.Down, view.Plan.Circuit is { } circuit ? FaultTexts.Circuit(circuit) : null);
        _outlets.Tell(new(line, FaultKinds.LineDegraded), view.State is LineState.Degraded, DetailOf(view.Figures));
        _outlets.Judged();
        LineIs(_log, line, view.State, view.Verdict is { } verdict ? $"{LineVerdict.WordOf(verdict.Side)} by {verdict.Reasons[0]}" : "none");
    }

    private static Wording DetailOf(LineFigures figures) => new(
        FormattableString.Invariant($"丢包：去向 {figures.LossOut ?? 0:0.#} %，来向 {figures.LossBack ?? 0:0.#} %；时延抖动：去向 {figures.VariationOut ?? 0:0} ms，来向 {figures.VariationBack ?? 0:0} ms"),
        FormattableString.Invariant($"loss {figures.LossOut ?? 0:0.#} % out, {figures.LossBack ?? 0:0.#} % back; variation {figures.VariationOut ?? 0:0} ms out, {figures.VariationBack ?? 0:0} ms back"));

    private void Ask(Watched line)
    {
        var question = line.Track.Ask(line.Track.End(Around(line)), ThirdsFor(line), NtpTime.ErrorOf(ClockOffsetOf(line.Track.Plan)));
        Span<byte> packet = stackalloc byte[ProbePacket.Length];
        question.Write(packet, line.Track.Key);
        try { line.Socket.SendTo(packet, line.Track.Plan.Peer); }
        catch (SocketException)
        {
            // No way there, or a firewall of our own: a question that gets no answer, like any that is lost.
        }
    }

    private void AskRouters(Watched line)
    {
        if (_echo is null) return;
        for (var leg = LineTrack.Near; leg <= LineTrack.Far; leg++)
        {
            if (line.RouterOf(leg) is not { AddressFamily: AddressFamily.InterNetwork } router) continue;
            var sequence = line.Track.Echo(leg).Ask();
            try { _echo.Send(router, _lines.IndexOf(line) * 3 + leg, sequence); }
            catch (SocketException)
            {
                // As above.
            }
        }
    }

    private void AskPort(Watched line)
    {
        if (!line.Track.IsInTrouble || line.Track.Plan.Port is not { } port || (line.PortAskedAt is { } at && _time.GetElapsedTime(at) < AskPortEvery)) return;
        line.PortAskedAt = _time.GetTimestamp();
        _outlets.RunProbe(port);
    }

    private ProbePacket? Answer(LineTrack track, ProbePacket question, DateTimeOffset heard)
    {
        lock (_gate)
        {
            var line = _lines.Find(l => l.Track == track)!;
            return track.TakeQuestion(question, _epoch, heard, track.End(Around(line)), ThirdsFor(line), NtpTime.ErrorOf(ClockOffsetOf(track.Plan)));
        }
    }

    private async Task HearAsync(Watched line)
    {
        var buffer = new byte[ProbePacket.Length + 1];
        var anyone = new IPEndPoint(line.Track.Plan.Peer.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            var received = await line.Socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stopping.Token);
            var arrived = _time.GetUtcNow();
            if (!received.RemoteEndPoint.Equals(line.Track.Plan.Peer) || ProbePacket.Read(buffer.AsSpan(0, received.ReceivedBytes), line.Track.Key) is not { } answer) continue;
            lock (_gate) line.Track.TakeAnswer(answer, arrived, ClockOffsetOf(line.Track.Plan));
        }
    }

    private async Task HearEchoesAsync()
    {
        if (_echo is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, _stopping.Token);
            return;
        }

        var buffer = new byte[256];
        while (true)
        {
            var (from, leg, sequence) = await _echo.ReceiveAsync(buffer, _stopping.Token);
            lock (_gate)
            {
                if (leg >= 0 && leg / 3 < _lines.Count && from.Equals(_lines[leg / 3].RouterOf(leg % 3))) _lines[leg / 3].Track.Echo(leg % 3).Take(sequence);
            }
        }
    }

    private Surroundings Around(Watched line)
    {
        var others = _lines.Where(l => l != line && l.Track.Plan.NearRouter is { } router && router.Equals(line.Track.Plan.NearRouter)).ToList();
        return new(line.Link.State, PortOf(line.Track), ThirdOf(line), others.Count == 0 ? null : others.TrueForAll(o => o.Track.State is LineState.Down));
    }

    // As the router showed it since the trouble began; what it showed before is no evidence.
    private PortState PortOf(LineTrack track)
    {
        if (track.Plan.Port is not { } port || _outlets.Probe(port) is not { Last: { } last, IsStale: false }) return PortState.Missing;
        if (track.IsInTrouble && last.At < track.OnsetAt) return PortState.Missing;
        if (Of("admin") is { } admin && (int)admin != 1) return PortState.Disabled;
        return Of("oper") is not { } oper ? PortState.Missing : (int)oper == 1 ? PortState.Up : PortState.Down;

        double? Of(string measure) => last.Sight.Measures.Where(m => m.Name == measure).Select(m => (double?)m.Value).FirstOrDefault();
    }

    private ThirdSight ThirdOf(Watched line)
    {
        var sight = ThirdSight.Missing;
        foreach (var other in _lines.Where(l => l != line && l.Track.Word is LegState.Good))
        {
            foreach (var word in other.Track.Thirds.Where(t => t.Site == line.Track.Peer))
            {
                if (word.Stream is LegState.Good) return ThirdSight.Reaches;
                if (word.Stream is LegState.Silent) sight = ThirdSight.Loses;
            }
        }

        return sight;
    }

    private ImmutableArray<ThirdWord> ThirdsFor(Watched line) =>
        [.. _lines.Where(l => l != line).Select(l => new ThirdWord(l.Track.Peer, l.Track.Word)).OrderByDescending(t => t.Stream).Take(ProbePacket.MostThirds)];

    // Seconds; only as a probe has just seen it.
    private double? ClockOffsetOf(LinePlan plan) =>
        plan.Clock is { } clock && _outlets.Probe(clock) is { IsStale: false, Last.Sight: { Outcome: ProbeOutcome.Seen } sight }
            ? sight.Measures.Where(m => m.Name == "offset").Select(m => (double?)m.Value / 1000).FirstOrDefault()
            : null;

    private LineView ViewOf(Watched line) => line.Track.View(Around(line), GoodFor);

    /// <summary>A line with what is needed to go on with it.</summary>
    private sealed class Watched(LineTrack track, LinkSight link, TimeProvider time) : IDisposable
    {
        public LineTrack Track { get; } = track;
        public LinkSight Link { get; } = link;
        public Socket Socket { get; } = Bound(track.Plan.Peer.AddressFamily);
        public TimeSpan LookEvery { get; } = TimeSpan.FromMilliseconds(Math.Clamp(track.Plan.Limits.SilentAfter.TotalMilliseconds / 8, 100, 500));
        public Pace Questions { get; } = new(time);
        public Pace Echoes { get; } = new(time);
        public Pace Looks { get; } = new(time);
        public Pace Shows { get; } = new(time);
        public MinuteSum Minute { get; } = new();
        public long? PortAskedAt { get; set; }

        public IPAddress? RouterOf(int leg) => leg switch
        {
            LineTrack.Near => Track.Plan.NearRouter,
            LineTrack.Hop => Track.Plan.CarrierHop,
            _ => Track.Plan.FarRouter,
        };

        public void Dispose() => Socket.Dispose();

        // Before the first question is sent there has to be a port to hear at.
        private static Socket Bound(AddressFamily family)
        {
            var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(family is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            return socket;
        }
    }

    /// <summary>So many in a second, and after a pause no more than a few at once.</summary>
    private sealed class Pace(TimeProvider time)
    {
        private const double MostAtOnce = 2;

        private double _left;
        private long _at = time.GetTimestamp();

        public int Take(double rate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(MostAtOnce, _left + time.GetElapsedTime(_at, now).TotalSeconds * rate);
            _at = now;
            var due = (int)_left;
            _left -= due;
            return due;
        }
    }

    [LoggerMessage(EventId = 4510, Level = LogLevel.Information, Message = "The line {Line} is {State}, verdict {Verdict}")]
    private static partial void LineIs(ILogger log, string line, LineState state, string verdict);

    [LoggerMessage(EventId = 4511, Level = LogLevel.Warning, Message = "No echo requests can be sent ({Reason}): whose fault a line has is then often unknown. Give the gateway CAP_NET_RAW, or its group a place in net.ipv4.ping_group_range")]
    private static partial void NoEchoes(ILogger log, string reason);

    [LoggerMessage(EventId = 4512, Level = LogLevel.Error, Message = "A loop of the line watch failed; it begins anew")]
    private static partial void LoopFailed(ILogger log, Exception failed);
}
