using System.Buffers;
using System.Diagnostics.Metrics;
using System.Formats.Asn1;
using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>
/// A driver's messages on their way to an agent: given the community or sealed for a user, under a request id that was never used on this
/// link before, and only the answer to the latest of them comes back.
/// </summary>
/// <remarks>
/// Nothing is ever sent here that the driver did not send: a repeated SET is the runtime's affair, which asks the hearing guard before each.
/// </remarks>
internal sealed class SnmpLink : OpenLink
{
    private static readonly Counter<long> Dropped =
        new Meter("AvGateway.Links").CreateCounter<long>("avgateway.links.snmp.dropped", description: "Messages that answered no question, or were not genuine.");

    private readonly Lock _gate = new();
    private readonly ILink _datagrams;
    private readonly ISnmpSecurity _security;
    private readonly Task _receiving;
    private int _lastId;
    private int _driversId;
    private bool _isWaiting;

    public SnmpLink(ILink datagrams, ISnmpSecurity security, int firstId) : base(PipeOptions.Default)
    {
        _datagrams = datagrams;
        _security = security;
        _lastId = firstId;
        _receiving = ReceiveAsync();
    }

    protected override void Shut() => _datagrams.Abort(LinkEnd.Aborted);

    protected override async Task ClosedAsync()
    {
        await _receiving;
        await _datagrams.DisposeAsync();
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (HasEnded) throw Gone();
        byte[] message;
        try
        {
            var pdu = SnmpMessage.Read(bytes, out _);
            lock (_gate)
            {
                _driversId = pdu.RequestId;
                _lastId = _lastId == int.MaxValue ? 1 : _lastId + 1;
                _isWaiting = true;
                message = _security.Seal(pdu with { RequestId = _lastId });
            }
        }
        catch (AsnContentException bug)
        {
            throw new InvalidOperationException("a driver wrote something that is no message of SNMP", bug);
        }

        await _datagrams.Output.WriteAsync(message, cancellation);
    }

    private async Task ReceiveAsync()
    {
        var input = _datagrams.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var message = read.Buffer.ToArray();
            input.AdvanceTo(read.Buffer.End);
            if (message.Length > 0 && Answer(message) is { } answer)
            {
                await Arrived.WriteAsync(answer);
            }

            if (read.IsCompleted || HasEnded) break;
        }

        await input.CompleteAsync();
        if (!HasEnded) End(await _datagrams.Ended);
        await Arrived.CompleteAsync();
    }

    private byte[]? Answer(byte[] message)
    {
        lock (_gate)
        {
            var pdu = _security.Open(message, out var isOver);
            if (isOver) End(LinkEnd.Failed);
            if (pdu is not { } found || !_isWaiting || found.RequestId != _lastId)
            {
                Dropped.Add(1);
                return null;
            }

            _isWaiting = false;
            return SnmpMessage.Write(SnmpMessage.Placeholder, found with { RequestId = _driversId });
        }
    }
}
