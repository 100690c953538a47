using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Tells which peer an ICMP error was about.</summary>
/// <remarks>
/// One socket serves all peers, so the error that a receive call returns does not say whose it is. Linux keeps the destination in the
/// socket's error queue (ip(7), IP_RECVERR). Elsewhere ICMP is not heard and a dead peer ends by timer.
/// </remarks>
internal static partial class UdpErrors
{
    private const int IpLevel = 0, IpReceiveErrors = 11, Ipv6Level = 41, Ipv6ReceiveErrors = 25;
    private const int ErrorQueue = 0x2000, DontWait = 0x40;

    public static void Enable(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return;
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.SetRawSocketOption(Ipv6Level, Ipv6ReceiveErrors, on);
        else socket.SetRawSocketOption(IpLevel, IpReceiveErrors, on);
    }

    /// <summary>Takes one error off the queue; false when there is none.</summary>
    public static unsafe bool TryTake(Socket socket, out IPEndPoint? peer)
    {
        peer = null;
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return false;
        var name = stackalloc byte[28];
        var control = stackalloc byte[512];
        var octets = stackalloc byte[64];
        var vector = new Vector { Start = octets, Length = 64 };
        var header = new MessageHeader
        {
            Name = name,
            NameLength = 28,
            Vectors = &vector,
            VectorCount = 1,
            Control = control,
            ControlLength = 512
        };
        if (ReceiveMessage((int)socket.Handle, &header, ErrorQueue | DontWait) < 0) return false;
        peer = Address(new ReadOnlySpan<byte>(name, (int)header.NameLength));
        return true;
    }

    private static IPEndPoint? Address(ReadOnlySpan<byte> name)
    {
        if (name.Length < 16) return null;
        var family = BitConverter.ToUInt16(name);
        var port = (name[2] << 8) | name[3];
        return family switch
        {
            2 => new(new IPAddress(name.Slice(4, 4)), port),
            10 when name.Length >= 28 => new(new IPAddress(name.Slice(8, 16)), port),
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(int socket, MessageHeader* header, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
