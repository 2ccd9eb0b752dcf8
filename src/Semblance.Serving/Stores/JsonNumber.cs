using System.Globalization;

namespace Semblance.Serving.Stores;

/// <summary>A number of a JSON text, exactly: its digits without zeros at either end, times a power of ten.</summary>
/// <param name="Negative">Whether it is below 0.</param>
/// <param name="Digits">The digits; empty for 0.</param>
/// <param name="Power">The power of ten of the last digit; 0 for 0.</param>
internal readonly record struct JsonNumber(bool Negative, string Digits, int Power)
{
    // Of PostgreSQL's numeric: decimal digits before and behind the point.
    private const int MostBefore = 131_072, MostBehind = 16_383;

    /// <summary>Reads the text of a number; null where PostgreSQL's numeric cannot hold it.</summary>
    public static JsonNumber? Parse(string text)
    {
        int end = text.AsSpan().IndexOfAny('e', 'E');
        int exponent = 0;
        if (end >= 0 && (!int.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) >= int.MaxValue / 2))
        {
            return null;
        }
        bool negative = text[0] == '-';
        string mantissa = text[(negative ? 1 : 0)..(end >= 0 ? end : text.Length)];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int behind = point < 0 ? 0 : mantissa.Length - point - 1;
        string digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        string significant = digits.TrimEnd('0');
        long before = (long)digits.Length - behind + exponent;
        if ((long)behind - exponent > MostBehind || (significant.Length > 0 && before > MostBefore))
        {
            return null;
        }
        return significant.Length == 0 ? new JsonNumber(false, "", 0) : new JsonNumber(negative, significant, exponent - behind + digits.Length - significant.Length);
    }
}
