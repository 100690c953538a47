using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>What every class may show (CONTRACT §3).</summary>
public static class CommonWords
{
    public const string SerialNumber = "serial";
    public const string FirmwareVersion = "firmware";
    public const string ModelName = "model";
    public const string TemperatureReading = "temperature";

    public static readonly PropertySpec Serial = new(SerialNumber, ValueKind.Text, "Serial number", "序列号");
    public static readonly PropertySpec Firmware = new(FirmwareVersion, ValueKind.Text, "Firmware", "固件版本");
    public static readonly PropertySpec Model = new(ModelName, ValueKind.Text, "Model", "型号");
    public static readonly PropertySpec Temperature = new(TemperatureReading, ValueKind.Number, "Temperature", "温度") { Unit = "°C" };
}
