namespace AvGateway.Devices;

/// <summary>Names one device of a site: room id and device id, each of <c>a-z 0-9 -</c> (CONTRACT §1).</summary>
public readonly record struct DeviceId(string Room, string Name)
{
    public override string ToString() => $"{Room}/{Name}";
}
