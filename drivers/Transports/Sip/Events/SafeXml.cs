using System.Xml;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>XML of a peer: no document type, nothing fetched, bounded in length and depth.</summary>
internal static class SafeXml
{
    public const int MaxDepth = 16;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = SipLimits.Message,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>
    /// Walks over the elements; false when the document is not well-formed, too deep, or <paramref name="element"/> says no.
    /// </summary>
    public static bool TryWalk(ReadOnlyMemory<byte> body, Func<XmlReader, bool> element, Action<string>? closed = null)
    {
        try
        {
            using var stream = new MemoryStream(body.ToArray(), false);
            using var reader = XmlReader.Create(stream, Settings);
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth) return false;
                if (reader.NodeType == XmlNodeType.Element)
                {
                    var empty = reader.IsEmptyElement;
                    var name = reader.LocalName;
                    if (!element(reader)) return false;
                    if (empty) closed?.Invoke(name);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    closed?.Invoke(reader.LocalName);
                }
            }

            return true;
        }
        catch (XmlException) { return false; }
    }

    /// <summary>The text of the element that the reader stands on, without moving it past the end tag.</summary>
    public static string Text(XmlReader reader)
    {
        if (reader.IsEmptyElement) return "";
        using var inner = reader.ReadSubtree();
        inner.Read();
        var text = "";
        while (inner.Read())
        {
            if (inner.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) text += inner.Value;
        }

        return text.Trim();
    }
}
