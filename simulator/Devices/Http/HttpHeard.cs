namespace AvGateway.Simulator.Devices.Http;

/// <summary>One request as a device got it. A request that could not be read has an empty method.</summary>
internal sealed record HttpHeard(string Method, string Target, IReadOnlyDictionary<string, string> Fields, string Body)
{
    /// <summary>The target without what stands behind the question mark.</summary>
    public string Path => Target.Split('?', 2)[0];

    public string? this[string field] => Fields.GetValueOrDefault(field);
}
