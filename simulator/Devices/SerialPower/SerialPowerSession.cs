namespace AvGateway.Simulator.Devices.SerialPower;

/// <summary>The line: six bytes from 3A to 0D. An operation may be 0D itself, so the count ends a frame and not the byte.</summary>
internal sealed class SerialPowerSession(SimulatedSerialPower controller, Connection connection) : Session(connection)
{
    private const byte Start = 0x3A, End = 0x0D;
    private const int Length = 6;

    private readonly List<byte> _frame = [];

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (_frame.Count == 0 && b != Start) continue;
            _frame.Add(b);
            if (_frame.Count < Length) continue;
            byte[] frame = [.. _frame];
            _frame.Clear();
            if (frame[^1] != End) continue;
            controller.Heard(this, frame);
            controller.Obey(this, frame);
        }
    }
}
