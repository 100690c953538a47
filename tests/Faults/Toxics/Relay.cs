using System.Diagnostics;
using System.Threading.Channels;

namespace AvGateway.Faults.Toxics;

/// <summary>Carries bytes between the two sides of one line, through whatever toxic is in force when they arrive.</summary>
internal sealed class Relay(IProxyEnd gateway, IProxyEnd device, Func<Toxic> toxic, Random random)
{
    // As much as a socket's buffers would hold back before the sender is made to wait.
    private const int MostUnderWay = 4096;

    private readonly Lock _gate = new();
    /// <summary>Something was swallowed, so that both sides cannot go on as if nothing had been.</summary>
    public bool HasSwallowed { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAll(CarryAsync(device, gateway, fromDevice: true, over), CarryAsync(gateway, device, fromDevice: false, over));
        gateway.Close();
        device.Close();
    }

    /// <summary>Breaks the line on both sides.</summary>
    public void Break()
    {
        gateway.Break();
        device.Break();
    }

    private async Task CarryAsync(IProxyEnd from, IProxyEnd to, bool fromDevice, CancellationTokenSource over)
    {
        var cancellation = over.Token;
        var under = Channel.CreateBounded<(long Arrived, Dose Dose)>(MostUnderWay);
        var delivering = DeliverAsync(under.Reader, to, cancellation);
        while (await from.ReadAsync(cancellation) is { Length: > 0 } bytes)
        {
            var arrived = Stopwatch.GetTimestamp();
            Dose[] doses;
            lock (_gate) doses = [.. toxic().Apply(bytes, fromDevice, random)];
            HasSwallowed |= doses.Length == 0;
            foreach (var dose in doses)
            {
                try
                {
                    await under.Writer.WriteAsync((arrived, dose), cancellation);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }
        }

        under.Writer.TryComplete();
        await delivering;
        await over.CancelAsync();
    }

    private async Task DeliverAsync(ChannelReader<(long Arrived, Dose Dose)> under, IProxyEnd to, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (arrived, dose) in under.ReadAllAsync(cancellation))
            {
                var left = dose.After - Stopwatch.GetElapsedTime(arrived);
                if (left > TimeSpan.Zero) await Task.Delay(left, cancellation);
                if (dose.Bytes.Length > 0 && !await to.TryWriteAsync(dose.Bytes, cancellation)) return;
                if (dose.Breaks) Break();
            }
        }
        catch (OperationCanceledException)
        {
            // The line is over, and what was under way on it is gone, as on a real one.
        }
    }
}
