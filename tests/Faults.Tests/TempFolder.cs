namespace AvGateway.Faults.Tests;

/// <summary>A folder of its own for one test; kept when the test calls it evidence.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("avgw-fault-").FullName;

    public bool IsEvidence { get; set; }

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (!IsEvidence) Directory.Delete(Path, recursive: true);
    }
}
