namespace AvGateway.Drivers.Transports.Wake;

/// <summary>What wakes a network card: six octets FF, its address sixteen times, and its SecureOn password where it has one.</summary>
internal static class MagicPacket
{
    public const int PasswordLength = 6;

    private const int Synchronisation = 6;
    private const int Repetitions = 16;

    public static byte[] Of(MacAddress address, ReadOnlySpan<byte> password)
    {
        var packet = new byte[Synchronisation + (Repetitions * MacAddress.Length) + password.Length];
        packet.AsSpan(0, Synchronisation).Fill(0xFF);
        for (var i = 0; i < Repetitions; i++) address.Octets.CopyTo(packet.AsSpan(Synchronisation + (i * MacAddress.Length)));
        password.CopyTo(packet.AsSpan(^password.Length));
        return packet;
    }
}
