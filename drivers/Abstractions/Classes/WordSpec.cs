namespace AvGateway.Classes;

/// <summary>A word that a mode, a property or an argument can be, and how people read it.</summary>
public sealed record WordSpec(string Name, string En, string Zh)
{
    /// <summary>What is written alike in every language: a socket, a standard, a product.</summary>
    public static WordSpec Alike(string name) => new(name, name, name);
}
