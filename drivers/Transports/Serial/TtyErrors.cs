using System.ComponentModel;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Why a serial port could not be opened, each with what to do about it.</summary>
internal static class TtyErrors
{
    private const int MostNamed = 6;

    public static LinkException NotOpened(string path, int error) => error switch
    {
        Libc.NoSuchFile or Libc.NoSuchAddress or Libc.NoSuchDevice => Missing(path),
        Libc.AccessDenied or Libc.NotPermitted => Denied(path),
        Libc.NotATerminal or Libc.Invalid or Libc.IsDirectory => NotASerialPort(path),
        Libc.Busy => InUse(path),
        Libc.InputOutput => NoHardware(path),
        _ => new(StatusReasons.ConnectFailed, $"{path} could not be opened: {new Win32Exception(error).Message}"),
    };

    private static LinkException NoHardware(string path) => new(
        StatusReasons.ConnectFailed, $"{path} has no serial hardware behind it; the machine has fewer ports than names{Present()}");

    public static LinkException Missing(string path, Exception? inner = null) => new(
        StatusReasons.ConnectFailed,
        $"there is no {path}; plug the adapter in, and name it by /dev/serial/by-id, "
        + $"which does not change when adapters are replugged{Present()}",
        inner);

    public static LinkException Denied(string path, Exception? inner = null) => new(
        StatusReasons.AccessDenied,
        $"no permission for {path}; add the gateway's user to the group of the port (usually dialout): "
        + "usermod -aG dialout USER, then restart",
        inner);

    public static LinkException NotASerialPort(string path, Exception? inner = null) =>
        new(StatusReasons.ConnectFailed, $"{path} is not a serial port{Present()}", inner);

    public static LinkException InUse(string path, Exception? inner = null) => new(
        StatusReasons.ConnectFailed, $"{path} is in use by another program; find it with: fuser -v {path}", inner);

    public static LinkException NotSupported(string path, SerialSettings settings, Exception? inner = null) => new(
        StatusReasons.ConnectFailed, $"{path} does not take {settings}; its hardware or driver cannot do this rate or frame", inner);

    private static string Present()
    {
        var ports = SerialLinkFactory.PresentPorts();
        return ports.Count == 0 ? " (this machine shows none)" : $" (present: {string.Join(", ", ports.Take(MostNamed))})";
    }
}
