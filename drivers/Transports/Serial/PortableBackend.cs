using System.IO.Ports;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Serial ports by System.IO.Ports, for systems other than Linux.</summary>
/// <remarks>It costs a waiting thread and a small buffer per port, and sets DTR and RTS low unless they are asked for.</remarks>
internal sealed class PortableBackend : ISerialBackend
{
    private const int FileNotFoundCode = unchecked((int)0x80070002);

    public string RealPath(string path) =>
        OperatingSystem.IsWindows() ? path.ToUpperInvariant()
        : OperatingSystem.IsLinux() ? Tty.RealPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    public OpenLink Open(string path, SerialSettings settings, Action<Action> close)
    {
        var stopBits = settings.StopBits == 2 ? StopBits.Two : StopBits.One;
        var port = new SerialPort(path, settings.Baud, settings.Parity, settings.DataBits, stopBits)
        {
            Handshake = settings.Flow,
        };
        try
        {
            port.Open();
            SetLines(port, settings);
            port.DiscardInBuffer();
            var link = new PortableSerialLink(port, close);
            port = null;
            return link;
        }
        catch (UnauthorizedAccessException e)
        {
            // It stands for a missing port, for no permission and for a file that is no port; the inner error tells them apart.
            var missing = e.InnerException is FileNotFoundException or { HResult: FileNotFoundCode or Libc.NoSuchFile } || !Exists(path);
            throw missing ? TtyErrors.Missing(path, e)
                : e.InnerException is { HResult: Libc.Busy } ? TtyErrors.InUse(path, e)
                : e.InnerException is { HResult: Libc.AccessDenied } ? TtyErrors.Denied(path, e)
                : OperatingSystem.IsWindows() ? TtyErrors.InUse(path, e) : TtyErrors.NotASerialPort(path, e);
        }
        catch (FileNotFoundException e)
        {
            throw TtyErrors.Missing(path, e);
        }
        catch (ArgumentException e)
        {
            throw TtyErrors.NotSupported(path, settings, e);
        }
        catch (IOException e)
        {
            throw TtyErrors.NotASerialPort(path, e);
        }
        finally
        {
            port?.Dispose();
        }
    }

    private static bool Exists(string path) => OperatingSystem.IsWindows() || File.Exists(path) || Directory.Exists(path);

    private static void SetLines(SerialPort port, SerialSettings settings)
    {
        try
        {
            if (settings.Dtr is { } dtr) port.DtrEnable = dtr;
            if (settings.Rts is { } rts) port.RtsEnable = rts;
        }
        catch (IOException)
        {
            // A pseudo terminal has no such lines, and works without.
        }
    }
}
