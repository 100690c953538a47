namespace AvGateway.Simulator.Devices.Links;

/// <summary>A directory of its own for the symbolic links of pseudo-terminals, made when first needed and removed at the end.</summary>
internal sealed class PtyDirectory : IDisposable
{
    private DirectoryInfo? _directory;

    public string PathFor(DeviceSetting setting)
    {
        _directory ??= Directory.CreateTempSubdirectory("avsim-");
        return Path.Combine(_directory.FullName, $"{setting.Room}.{setting.Device}");
    }

    public void Dispose()
    {
        if (_directory is { Exists: true }) _directory.Delete(recursive: true);
    }
}
