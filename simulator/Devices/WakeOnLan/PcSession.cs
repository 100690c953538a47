using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.WakeOnLan;

/// <summary>
/// What reaches the PC by one way: datagrams for its network card, or the lines of a program's connection. Over SSH each connection runs one
/// program and ends with it.
/// </summary>
internal sealed class PcSession(SimulatedPc pc, Connection connection) : Session(connection)
{
    private const int LongestLine = 4096;
    private const int Synchronisation = 6;

    private readonly LineReader _lines = new(LongestLine);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        // The card looks for its packet in whatever comes, and is the only thing that listens while the PC is off.
        if (bytes.Length >= Synchronisation && bytes[..Synchronisation].IndexOfAnyExcept((byte)0xFF) < 0)
        {
            pc.Heard(this, bytes);
            pc.HearPacket(bytes);
            return;
        }

        if (!pc.RunsPrograms) return;
        foreach (var b in bytes)
        {
            if (!_lines.Take(b, out var line, out var isCut) || isCut) continue;
            pc.Heard(this, System.Text.Encoding.UTF8.GetBytes(line + "\n"));
            pc.Execute(this, line.Trim());
        }
    }

    public void End(string output, int status)
    {
        if (output.Length > 0) Say(output);
        Connection.ExitStatus = status;
        if (Kind is LinkKind.Ssh) Close("the program has ended");
    }

    /// <summary>The system takes the connection away before the status is out.</summary>
    public void Break() => Connection.Abort("the system goes down");
}
