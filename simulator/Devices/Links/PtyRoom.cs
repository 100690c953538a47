namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// What the pseudo-terminals of one court share: the thread that waits for them, and a directory for those without a path of their own.
/// Both are made when first needed and removed at the end.
/// </summary>
internal sealed class PtyRoom : IDisposable
{
    private DirectoryInfo? _directory;
    private PtyPoller? _poller;

    public PtyLink Start(SimulatedDevice device, DeviceSetting setting)
    {
        _poller ??= new();
        return PtyLink.Start(device, _poller, setting.PtyPath ?? PathFor(setting));
    }

    public void Dispose()
    {
        _poller?.Dispose();
        if (_directory is { Exists: true }) _directory.Delete(recursive: true);
    }

    private string PathFor(DeviceSetting setting)
    {
        _directory ??= Directory.CreateTempSubdirectory("avsim-");
        return Path.Combine(_directory.FullName, $"{setting.Room}.{setting.Device}");
    }
}
