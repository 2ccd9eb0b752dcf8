namespace Semblance.Data.Loading.Changes;

/// <summary>Blackens squares at random places (DeVries and Taylor, 2017). A square's middle is any pixel, so that it may reach over the edge.</summary>
internal static class Cutout
{
    public static void Apply(Planes image, int holes, int side, ref SeededRandom random)
    {
        for (int hole = 0; hole < holes; hole++)
        {
            int top = random.Below(image.Size) - (side / 2), left = random.Below(image.Size) - (side / 2);
            (int first, int last) = (Math.Max(0, left), Math.Min(image.Size, left + side));
            for (int y = Math.Max(0, top); y < Math.Min(image.Size, top + side); y++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    image[channel][((y * image.Size) + first)..((y * image.Size) + last)].Clear();
                }
            }
        }
    }
}
