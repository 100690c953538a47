using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports;

/// <summary>Turns a host into addresses. Literal addresses are never looked up.</summary>
/// <remarks>
/// The system's look-up blocks its thread for as long as the name servers keep silent (30 s with common settings), and .NET runs it
/// on a pool thread: a few dozen devices would starve the pool. So look-ups have threads of their own, few, and one per name;
/// callers wait at most <see cref="Patience"/> and then go on with the addresses that the name had before.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing.")]
public sealed partial class HostResolver
{
    /// <summary>How long one caller waits for a name.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How many names are looked up at the same time.</summary>
    public const int Breadth = 8;

    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Func<string, IPAddress[]> _lookUp;
    private readonly SemaphoreSlim _free = new(Breadth);
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> _running = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);

    // Names that live on a remembered address: said once, not at every attempt.
    private readonly ConcurrentDictionary<string, bool> _outdated = new(StringComparer.OrdinalIgnoreCase);

    public HostResolver(TimeProvider clock, ILogger<HostResolver> log) : this(clock, log, Dns.GetHostAddresses)
    {
    }

    internal HostResolver(TimeProvider clock, ILogger<HostResolver> log, Func<string, IPAddress[]> lookUp)
    {
        _clock = clock;
        _log = log;
        _lookUp = lookUp;
    }

    /// <summary>The addresses of a host, at least one; throws <see cref="LinkException"/> when there is none to be had.</summary>
    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var literal) ? new([literal]) : LookUpAsync(host, cancellation);

    private async ValueTask<IPAddress[]> LookUpAsync(string host, CancellationToken cancellation)
    {
        var running = _running.GetOrAdd(host, name => new(() => StartAsync(name)));
        try
        {
            return await running.Value.WaitAsync(Patience, _clock, cancellation);
        }
        catch (TimeoutException e)
        {
            return Remembered(host, $"the name servers did not answer within {Patience.TotalSeconds:0} s", e);
        }
        catch (SocketException e)
        {
            return Remembered(host, e.Message, e);
        }
    }

    private IPAddress[] Remembered(string host, string why, Exception inner)
    {
        if (!_known.TryGetValue(host, out var addresses))
        {
            throw new LinkException(
                StatusReasons.ConnectFailed,
                $"the name {host} could not be resolved ({why}); check the name, or write the IP address",
                inner);
        }

        if (_outdated.TryAdd(host, true)) LogRemembered(host, why);
        return addresses;
    }

    private async Task<IPAddress[]> StartAsync(string host)
    {
        try
        {
            await _free.WaitAsync();
            try
            {
                var addresses = await OwnThread.RunAsync($"look up {host}", () => _lookUp(host));
                if (addresses.Length == 0) throw new SocketException((int)SocketError.NoData);
                _known[host] = addresses;
                _outdated.TryRemove(host, out _);
                return addresses;
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            _running.TryRemove(host, out _);
        }
    }

    [LoggerMessage(3010, LogLevel.Warning, "The name {Host} is not resolved now ({Why}); its last known addresses are used")]
    private partial void LogRemembered(string host, string why);
}
