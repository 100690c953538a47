using System.Net;

namespace AvGateway.Faults.Abuse;

/// <summary>What the attackers did and what became of them.</summary>
public sealed record AbuseReport
{
    public int Huge { get; set; }
    public int Storm { get; set; }
    public int Silent { get; set; }
    public int Deep { get; set; }
    public int Impostors { get; set; }
    public int ImpostorsLetIn { get; set; }

    /// <summary>Silent and announcing connections that the broker had not closed in time.</summary>
    public int StillThere { get; set; }
}

/// <summary>
/// G10: everybody at once and for a while: packets of 256 MiB announced before and after signing in, silence, slow drops, a storm of connections,
/// a subscriber that never reads, topics too deep and too long, client ids of others.
/// </summary>
public sealed class BrokerAbuse(IPEndPoint broker, (string Name, string Password) account, string root, string victimId)
{
    private const int Announcers = 20;
    private const int SilentOnes = 40;
    private const int FedBytes = 256 * 1024;
    private static readonly TimeSpan StormPause = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(30);

    private readonly AbuseReport _report = new();

    public async Task<AbuseReport> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var neverReads = NeverReadsAsync(over.Token);
        var silent = Task.WhenAll(Enumerable.Range(0, SilentOnes).Select(n => SilentAsync(n % 2 == 0, cancellation)));
        over.CancelAfter(duration);
        await Task.WhenAll(
            [.. Enumerable.Range(0, Announcers).Select(n => AnnounceAsync(n % 2 == 0, over.Token, cancellation)),
            StormAsync(over.Token), DeepAsync(over.Token), ImpostorAsync(over.Token), neverReads, silent]);
        return _report;
    }

    private async Task AnnounceAsync(bool signedIn, CancellationToken over, CancellationToken cancellation)
    {
        var food = new byte[FedBytes];
        while (!over.IsCancellationRequested)
        {
            using var attacker = await Attacker.ConnectAsync(broker, cancellation);
            if (attacker is null) continue;
            if (signedIn) await attacker.TrySendAsync(RawPackets.Connect($"huge-{Guid.NewGuid():N}", account.Name, account.Password), cancellation);
            await attacker.TrySendAsync(signedIn ? RawPackets.HugePublish : RawPackets.HugeConnect, cancellation);
            await attacker.TrySendAsync(food, cancellation);
            lock (_report) _report.Huge++;
            await GoneAsync(attacker, cancellation);
        }
    }

    private async Task SilentAsync(bool drips, CancellationToken cancellation)
    {
        using var attacker = await Attacker.ConnectAsync(broker, cancellation);
        if (attacker is null) return;
        lock (_report) _report.Silent++;
        var gone = GoneAsync(attacker, cancellation);
        var packet = RawPackets.Connect("slow", "nobody", new string('x', 200));
        for (var at = 0; drips && at < packet.Length && !gone.IsCompleted; at++)
        {
            if (!await attacker.TrySendAsync(packet.AsMemory(at, 1), cancellation)) break;
            await Task.WhenAny(gone, Task.Delay(200, cancellation));
        }

        await gone;
    }

    private async Task GoneAsync(Attacker attacker, CancellationToken cancellation)
    {
        try
        {
            await attacker.ClosedAsync(cancellation).WaitAsync(GoneWithin, cancellation);
        }
        catch (TimeoutException)
        {
            lock (_report) _report.StillThere++;
        }
    }

    private async Task StormAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var attacker = await Attacker.ConnectAsync(broker, CancellationToken.None);
            if (attacker is not null) await attacker.TrySendAsync(RawPackets.Connect($"storm-{_report.Storm}", "nobody", "wrong"), CancellationToken.None);
            _report.Storm++;
            await Task.Delay(StormPause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task NeverReadsAsync(CancellationToken over)
    {
        using var attacker = await Attacker.ConnectAsync(broker, over);
        if (attacker is null) return;
        await attacker.TrySendAsync(RawPackets.Connect("never-reads", account.Name, account.Password, keepAlive: 60), over);
        await attacker.TrySendAsync(RawPackets.Subscribe($"{root}/#"), over);
        await Task.Delay(Timeout.InfiniteTimeSpan, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DeepAsync(CancellationToken over)
    {
        var deep = string.Join('/', Enumerable.Repeat("a", 200));
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            using var attacker = await Attacker.ConnectAsync(broker, CancellationToken.None);
            if (attacker is null) continue;
            await attacker.TrySendAsync(RawPackets.Connect($"deep-{n}", account.Name, account.Password), CancellationToken.None);
            await attacker.TrySendAsync(RawPackets.Publish($"{root}/$req/{account.Name}/{deep}", "{}"), CancellationToken.None);
            await attacker.TrySendAsync(RawPackets.Subscribe(deep), CancellationToken.None);
            await attacker.TrySendAsync(RawPackets.Publish(new string('t', 60_000), "{}"), CancellationToken.None);
            _report.Deep++;
            await Task.Delay(StormPause * 4, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The account is another than that of the session whose client id it wants.
    private async Task ImpostorAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var attacker = await Attacker.ConnectAsync(broker, CancellationToken.None);
            if (attacker is not null)
            {
                await attacker.TrySendAsync(RawPackets.Connect(victimId, account.Name, account.Password), CancellationToken.None);

                // CONNACK: 20 02 00 and the return code, of which 0 is yes.
                if (await attacker.HearAsync(CancellationToken.None) is [0x20, _, _, 0, ..]) _report.ImpostorsLetIn++;
                _report.Impostors++;
            }

            await Task.Delay(StormPause * 4, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
