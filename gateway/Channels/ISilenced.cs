namespace AvGateway.Channels;

/// <summary>A channel that goes on until somebody knows of the fault.</summary>
public interface ISilenced
{
    /// <summary>The devices run: what the last run of the gateway left on goes off.</summary>
    void Start();

    /// <param name="about">The fault that was acknowledged or is over.</param>
    void Silence(string about);
}
