using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace AvGateway.Devices;

public enum ValueKind { None, Text, Integer, Number, Flag }

/// <summary>What a property holds or an argument carries: nothing, a text, a whole number, a number or a flag. Never boxed.</summary>
public readonly struct Value : IEquatable<Value>
{
    private readonly string? _text;
    private readonly double _number;
    private readonly long _integer;

    private Value(ValueKind kind, string? text, long integer, double number)
    {
        Kind = kind;
        _text = text;
        _integer = integer;
        _number = number;
    }

    public static Value None => default;
    public ValueKind Kind { get; }

    public static implicit operator Value(string? text) => text is null ? default : new(ValueKind.Text, text, 0, 0);
    public static implicit operator Value(long integer) => new(ValueKind.Integer, null, integer, 0);
    public static implicit operator Value(int integer) => new(ValueKind.Integer, null, integer, 0);
    public static implicit operator Value(double number) => new(ValueKind.Number, null, 0, number);
    public static implicit operator Value(bool flag) => new(ValueKind.Flag, null, flag ? 1 : 0, 0);

    /// <summary>The text; empty for anything that is not a text.</summary>
    public string Text => _text ?? "";
    public long Integer => Kind is ValueKind.Number ? (long)_number : _integer;
    public double Number => Kind is ValueKind.Number ? _number : _integer;
    public bool Flag => _integer != 0;

    public bool Equals(Value other) =>
        Kind == other.Kind && _integer == other._integer && _number.Equals(other._number) && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Value other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Kind, _text, _integer, _number);
    public static bool operator ==(Value left, Value right) => left.Equals(right);
    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    public override string ToString() => Kind switch
    {
        ValueKind.Text => _text!,
        ValueKind.Integer => _integer.ToString(CultureInfo.InvariantCulture),
        ValueKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        ValueKind.Flag => Flag ? "true" : "false",
        _ => "",
    };

    /// <summary>Writes the JSON value: a string, a number, true, false or null.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        switch (Kind)
        {
            case ValueKind.Text: json.WriteStringValue(_text); break;
            case ValueKind.Integer: json.WriteNumberValue(_integer); break;
            case ValueKind.Number: json.WriteNumberValue(_number); break;
            case ValueKind.Flag: json.WriteBooleanValue(Flag); break;
            default: json.WriteNullValue(); break;
        }
    }

    /// <summary>Reads a JSON scalar; an object or an array is not a value.</summary>
    public static bool TryRead(JsonElement json, out Value value)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: value = json.GetString(); return true;
            case JsonValueKind.Number when json.TryGetInt64(out var integer): value = integer; return true;
            case JsonValueKind.Number when json.TryGetDouble(out var number) && double.IsFinite(number): value = number; return true;
            case JsonValueKind.True: value = true; return true;
            case JsonValueKind.False: value = false; return true;
            case JsonValueKind.Null: value = None; return true;
            default: value = None; return false;
        }
    }
}
