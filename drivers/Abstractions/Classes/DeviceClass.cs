namespace AvGateway.Classes;

/// <summary>The device classes of CONTRACT §3.</summary>
public enum DeviceClass { Matrix, Recorder, Codec, Power, Display, Camera, Audio, Sensor }
