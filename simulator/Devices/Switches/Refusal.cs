namespace AvGateway.Simulator.Devices.Switches;

/// <summary>Whether commands are refused, and with which of the device's own codes; null means the device's usual one.</summary>
public readonly record struct Refusal(bool On, string? Code);

/// <summary>Bytes put before each answer: fixed ones, or random ones of the kind a disturbed line gives.</summary>
public readonly record struct Garbage(bool Random, byte[] Bytes)
{
    public static readonly Garbage None = new(false, []);

    public bool On => Random || Bytes.Length > 0;
}
