namespace AvGateway.Faults.Gateways;

/// <summary>How a gateway is started: its site, where it keeps things, and what is put around it.</summary>
public sealed record GatewaySetup(string SiteFile, string Data)
{
    /// <summary>Folder of <c>avgateway.dll</c>.</summary>
    public string Program { get; init; } = AppContext.BaseDirectory;

    /// <summary>For example a library that is loaded first.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string LogLevel { get; init; } = "Warning";
}
