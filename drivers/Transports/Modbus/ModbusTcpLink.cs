using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>Modbus/TCP to one unit: the unit goes in on the way out, and what another unit says does not come through.</summary>
internal sealed class ModbusTcpLink : OpenLink
{
    private readonly ILink _stream;
    private readonly byte _unit;
    private readonly Task _receiving;

    public ModbusTcpLink(ILink stream, byte unit) : base(PipeOptions.Default)
    {
        _stream = stream;
        _unit = unit;
        _receiving = ReceiveAsync();
    }

    protected override void Shut() => _stream.Abort(LinkEnd.Aborted);

    protected override async Task ClosedAsync()
    {
        await _receiving;
        await _stream.DisposeAsync();
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (HasEnded) throw Gone();
        await _stream.Output.WriteAsync((MbapFrame.OfDriver(bytes) with { Unit = _unit }).Encode(), cancellation);
    }

    private async Task ReceiveAsync()
    {
        var input = _stream.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var rest = read.Buffer;
            bool isSpoilt;
            while (MbapFrame.TryRead(ref rest, out var frame, out isSpoilt))
            {
                if (frame.Unit != _unit) ModbusCounters.Drop("unit");
                else await Arrived.WriteAsync((frame with { Unit = MbapFrame.DriversUnit }).Encode());
            }

            input.AdvanceTo(rest.Start, rest.End);

            // A stream has no silence to begin anew behind: what is out of step stays so.
            if (isSpoilt) End(LinkEnd.Failed);
            if (read.IsCompleted || HasEnded) break;
        }

        await input.CompleteAsync();
        if (!HasEnded) End(await _stream.Ended);
        await Arrived.CompleteAsync();
    }
}

/// <summary>What did not come through, by its reason.</summary>
internal static class ModbusCounters
{
    private static readonly Counter<long> Dropped =
        new Meter("AvGateway.Links").CreateCounter<long>("avgateway.links.modbus.dropped", description: "Frames of another unit, with a wrong sum, or too late.");

    public static void Drop(string reason) => Dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
