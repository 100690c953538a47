using System.Collections.Concurrent;
using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

/// <summary>At most so many links are being opened to one host at a time; some devices answer a burst by refusing all of it.</summary>
public sealed class HostGate(int opensPerHost = HostGate.DefaultOpens)
{
    private const int DefaultOpens = 4;

    // Bounded by the hosts that the site file names.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<IDisposable> EnterAsync(LinkAddress address, CancellationToken cancellation)
    {
        var gate = _hosts.GetOrAdd(address.Host.Length > 0 ? address.Host : address.Path, _ => new(opensPerHost));
        await gate.WaitAsync(cancellation);
        return new Pass(gate);
    }

    private sealed class Pass(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
