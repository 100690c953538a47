namespace AvGateway.Channels.Sms;

/// <summary>
/// Remembers over restarts that a PIN is being tried: written before the SIM hears it and removed when the SIM took it. A SIM locks itself after
/// three wrong ones, and a gateway that restarts three times would do just that.
/// </summary>
internal sealed class PinMemory(string path)
{
    public string Path => path;

    public bool IsDoubtful => File.Exists(path);

    /// <exception cref="IOException">It cannot be remembered, so the PIN must not be tried.</exception>
    public void Trying()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None)) file.Flush(flushToDisk: true);
        Folder.DurableDirectory.Sync(System.IO.Path.GetDirectoryName(path)!);
    }

    public void Good() => File.Delete(path);
}
