"""Short texts that show a model's habits: which of its numbers are large, what pieces share."""

from __future__ import annotations

__all__ = ["SAMPLES"]

SAMPLES = (
    "The harbour opened on 4 May 1872, and who paid for it? 640 (metres).",
    "The museum is closed on Mondays. Children under six travel free, and a dog needs a ticket.",
    "She was born in Norway in 1921, studied chemistry, and was the first to lead the institute.",
    "See https://example.org/a-b_c; e.g. Dr. J. Smith, A4.",
    "Сколько стоит билет на паром, и когда он отходит?",
    "Музей закрыт по понедельникам. Дети до шести лет проходят бесплатно.",
    "Бібліотека відчинена щодня, крім неділі, з дев’ятої ранку.",
    "¿Dónde está la parada de autobús más cercana? C/ Mayor, 12.",
    "El puente se construyó en 1905 y une las dos orillas del río.",
    "O contrato termina em 31 de março, e o aviso deve ser dado por escrito.",
    "La bibliothèque ferme à 18 heures ; les livres se rendent jusqu’au lendemain.",
    "La città si trova ai piedi delle montagne e ha circa 40.000 abitanti.",
    "Der Zug fährt um 9.15 Uhr von Gleis 3 ab. Fahrräder kosten 6 € extra.",
    "تقع المدينة على ضفاف النهر، ويعمل معظم سكانها في الزراعة والتجارة.",
    "متى يفتح المتحف أبوابه للزوار، وكم ثمن التذكرة؟",
    "این کتابخانه هر روز از ساعت نه صبح تا پنج بعدازظهر باز است.",
    "यह पुल 1905 में बना था और नदी के दोनों किनारों को जोड़ता है।",
    "Müze pazartesi günleri kapalıdır; biletler girişte satılır.",
    "Perpustakaan ini dibangun pada tahun 1978 dan buka setiap hari kerja.",
    "Kitobxona dushanba kuni yopiq, lekin kitoblarni qaytarish mumkin.",
    "Кітапхана дүйсенбі күні жабық, бірақ кітаптарды қайтаруға болады.",
    "Китепкана дүйшөмбү күнү жабык, бирок китептерди кайтарса болот.",
    "今天下午三点开会。",
    "这座桥建于一九〇五年，连接河的两岸，每天约有两万人通过。",
    "図書館は月曜日が休みですが、本はいつでも返せます。",
    "พิพิธภัณฑ์เปิดทุกวันยกเว้นวันจันทร์",
    "도서관은 월요일에 쉽니다.",
    "Thư viện mở cửa từ tám giờ sáng đến năm giờ chiều.",
)
"""Texts in the languages that are asked most, of things that documents tell."""
