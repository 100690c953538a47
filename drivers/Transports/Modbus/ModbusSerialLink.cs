using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>One unit of a shared line.</summary>
internal sealed class ModbusSerialLink(byte unit, Func<ModbusSerialLink, ValueTask> leave) : OpenLink(PipeOptions.Default)
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RtuBus? _bus;

    public byte Unit { get; } = unit;

    public void On(RtuBus bus) => _bus = bus;

    public async ValueTask AnsweredAsync(MbapFrame frame)
    {
        try
        {
            if (!HasEnded) await Arrived.WriteAsync((frame with { Unit = MbapFrame.DriversUnit }).Encode());
        }
        catch (InvalidOperationException) when (HasEnded)
        {
            // Its device has left between the look and the word; the line goes on for the others.
        }
    }

    public void LineEnded(LinkEnd end) => End(end);

    protected override void Shut() => _ = LeaveAsync();

    protected override Task ClosedAsync() => _left.Task;

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (HasEnded || _bus is not { } bus) throw Gone();
        bus.Ask(this, MbapFrame.OfDriver(bytes));
        return default;
    }

    private async Task LeaveAsync()
    {
        await Arrived.CompleteAsync();
        await leave(this);
        _left.TrySetResult();
    }
}
